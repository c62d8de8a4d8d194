package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.Sd2Component;
import io.github.espalier.sd2.safetensors.SafetensorsHeader;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongConsumer;

/** Writes a single file's model as a folder. */
final class FolderWriter {
  /** Holds what a single file has and a folder has no names for. */
  static final String EXTRAS_FILE = "espalier_extras.safetensors";

  private static final int SIZE_OF_V_PREDICTION = 96;
  private static final int SIZE_OF_EPSILON = 64;
  private static final int PIXELS_PER_LATENT = 8;

  private FolderWriter() {}

  static List<String> write(
      Sd2Checkpoint source, Path target, ConversionOptions options, LongConsumer progress)
      throws IOException {
    Path configFolder = options.configFolder().orElse(null);
    // What was assumed of the sizes does not matter where a configuration says them.
    List<String> notes = new ArrayList<>(configFolder == null ? source.notes() : List.of());
    if (configFolder == null && options.predictionType().isEmpty()) {
      throw new IllegalArgumentException(
          "a single file does not say what its U-Net predicts: give the prediction type"
              + " (v_prediction for SD 2 and 2.1 at 768 pixels, epsilon for the base models at"
              + " 512), or a folder to take the configuration from");
    }
    if (configFolder != null) {
      ModelConfig.read(configFolder);
    }
    try (StagedOutput output = ReplaceableFolder.stage(target, options.overwrite())) {
      Path root = output.staging();
      if (configFolder == null) {
        writeConfigs(source.config(), options.predictionType().orElseThrow(), root);
        Path tokenizer = target.resolve(FolderFiles.TOKENIZER_FOLDER);
        notes.add(
            Vocabularies.writeIfClips(source.config(), root)
                ? "A single file has no tokenizer: wrote CLIP's own into " + tokenizer
                : "A single file has no tokenizer: copy its vocab.json and merges.txt into "
                    + tokenizer);
      } else {
        copyConfigs(configFolder, root);
      }
      for (Sd2Component component : Sd2Component.values()) {
        writeComponent(source, component, root.resolve(component.folder()), progress);
      }
      writeExtras(source, root.resolve(EXTRAS_FILE), progress);
      Optional<byte[]> record = Provenance.ofConversion(source);
      if (record.isPresent()) {
        Files.write(Provenance.of(root, CheckpointLayout.DIFFUSERS), record.get());
      }
      if (configFolder != null) {
        // The shapes must be those of the borrowed configuration: opening checks them all.
        Sd2Checkpoint.open(root).close();
      }
      output.commit(true);
    }
    return notes;
  }

  private static void writeConfigs(ModelConfig config, String predictionType, Path root)
      throws IOException {
    int size = predictionType.equals("epsilon") ? SIZE_OF_EPSILON : SIZE_OF_V_PREDICTION;
    ModelConfig sized =
        new ModelConfig(
            config.unet().toBuilder().sampleSize(size).build(),
            config.vae().withSampleSize(OptionalInt.of(size * PIXELS_PER_LATENT)),
            config.textEncoder());
    for (Map.Entry<String, String> file : FolderFiles.of(sized, predictionType).entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void copyConfigs(Path from, Path root) throws IOException {
    List<Path> paths;
    try (var walk = Files.walk(from)) {
      paths = walk.filter(Files::isRegularFile).toList();
    }
    for (Path path : paths) {
      String name = from.relativize(path).toString();
      if (isConfig(name)) {
        Path place = root.resolve(name);
        Files.createDirectories(place.getParent());
        Files.copy(path, place);
      }
    }
  }

  private static boolean isConfig(String name) {
    boolean json =
        name.endsWith(".json") && !name.contains(".index.") && !name.equals(Provenance.FILE_NAME);
    return json || (name.startsWith(FolderFiles.TOKENIZER_FOLDER) && name.endsWith(".txt"));
  }

  private static void writeComponent(
      Sd2Checkpoint source, Sd2Component component, Path folder, LongConsumer progress)
      throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Layer layer : source.layers()) {
      if (layer.component().equals(component.component())) {
        tensors.put(layer.name(), source.weights(layer));
      }
    }
    Files.createDirectories(folder);
    writeFile(folder.resolve(component.weightsStem() + ".safetensors"), tensors, progress);
  }

  private static void writeExtras(Sd2Checkpoint source, Path file, LongConsumer progress)
      throws IOException {
    Set<String> mapped = new HashSet<>();
    source.contents().sources().forEach(layer -> mapped.add(layer.tensor().name()));
    WeightFile whole = source.contents().files().get(0);
    SafetensorsHeader header = whole.header();
    Map<String, TensorData> extras = new LinkedHashMap<>();
    for (TensorInfo info : header.tensors()) {
      if (!mapped.contains(info.name())) {
        extras.put(info.name(), whole.tensor(info.name()));
      }
    }
    if (!extras.isEmpty()) {
      writeFile(file, extras, progress);
    }
  }

  private static void writeFile(Path file, Map<String, TensorData> tensors, LongConsumer progress)
      throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    tensors.forEach((name, data) -> specs.add(new TensorSpec(name, data.dtype(), data.shape())));
    SafetensorsLayout layout = SafetensorsLayout.modern(specs, Map.of("format", "pt"));
    try (SafetensorsWriter writer = SafetensorsWriter.open(file, layout)) {
      for (Map.Entry<String, TensorData> tensor : tensors.entrySet()) {
        writer.writeAll(tensor.getKey(), tensor.getValue());
        progress.accept(tensor.getValue().byteSize());
      }
      writer.finish();
    }
  }
}
