package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import io.github.espalier.sd2.architecture.Correspondence;
import io.github.espalier.sd2.architecture.ScheduleBuffers;
import io.github.espalier.sd2.architecture.SingleFileNames;
import io.github.espalier.sd2.architecture.TextEncoderStyle;
import io.github.espalier.sd2.architecture.VaeAttentionNames;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Writes a folder's model as a single file. */
final class SingleFileWriter {
  private final Sd2Checkpoint source;
  private final Map<String, Part> whole = new LinkedHashMap<>();
  private final List<FusedPart> parts = new ArrayList<>();

  /** A tensor of the single file that is made at once. */
  private record Part(TensorSpec spec, Optional<TensorData> data) {}

  /** A layer's place in a tensor of the single file. */
  private record FusedPart(String name, long byteOffset, TensorData data) {}

  private SingleFileWriter(Sd2Checkpoint source) {
    this.source = source;
  }

  static List<String> write(
      Sd2Checkpoint source, Path target, ConversionOptions options, LongConsumer progress)
      throws IOException {
    if (!target.toString().endsWith(".safetensors")) {
      throw new IllegalArgumentException("output " + target + " must end in .safetensors");
    }
    SingleFileWriter writer = new SingleFileWriter(source);
    writer.placeLayers();
    Path extras = source.source().resolve(FolderWriter.EXTRAS_FILE);
    List<String> notes = new ArrayList<>();
    notes.add(
        "A single file does not say what its U-Net predicts; loaders must be told the prediction"
            + " type that the folder's scheduler has.");
    if (Files.exists(extras)) {
      try (SafetensorsFile file = SafetensorsFile.open(extras)) {
        for (TensorInfo info : file.header().tensors()) {
          writer.placeExtra(info, file.tensor(info.name()));
        }
        writer.writeFile(target, options.overwrite(), progress);
      }
    } else {
      writer.placeSchedule();
      notes.add(
          "What only original files hold is missing (the unused last text block, text_projection,"
              + " logit_scale); no loader needs it.");
      writer.writeFile(target, options.overwrite(), progress);
    }
    return notes;
  }

  private void placeLayers() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    source.layers().forEach(layer -> layers.put(layer.qualifiedName(), layer));
    List<String> vaeNames =
        source.layers().stream()
            .filter(layer -> layer.component().equals(Sd2Checkpoint.VAE))
            .map(Layer::name)
            .toList();
    SingleFileNames names =
        SingleFileNames.of(
            source.config(),
            TextEncoderStyle.of(source.config().textEncoder()),
            VaeAttentionNames.of(vaeNames));
    for (Correspondence each : names.correspondences()) {
      String name = each.component().folder() + "/" + each.tensor().name();
      Layer layer = layers.get(name);
      if (layer == null) {
        if (each.optional()) {
          continue;
        }
        throw CheckpointFormatException.of(source.source(), name, "is missing");
      }
      place(each, layer);
    }
  }

  private void place(Correspondence each, Layer layer) {
    String name = each.singleFileName();
    TensorSpec spec = new TensorSpec(name, layer.dtype(), each.singleFileShape());
    Part earlier = whole.putIfAbsent(name, new Part(spec, Optional.empty()));
    if (earlier != null && earlier.spec().dtype() != layer.dtype()) {
      throw new IllegalArgumentException(
          layer.qualifiedName()
              + " has type "
              + layer.dtype()
              + ", but "
              + earlier.spec().dtype()
              + " is the type of what it is fused with in "
              + name);
    }
    long offset = each.firstElement() * layer.dtype().bits() / 8;
    parts.add(new FusedPart(name, offset, source.weights(layer)));
  }

  private void placeExtra(TensorInfo info, TensorData data) {
    whole.putIfAbsent(
        info.name(),
        new Part(new TensorSpec(info.name(), info.dtype(), info.shape()), Optional.of(data)));
  }

  private void placeSchedule() {
    ScheduleBuffers.sd2()
        .forEach(
            (name, values) ->
                whole.put(
                    name,
                    new Part(
                        new TensorSpec(name, DType.F32, Shape.of(values.length)),
                        Optional.of(TensorData.ofFloats(Shape.of(values.length), values)))));
  }

  private void writeFile(Path target, boolean overwrite, LongConsumer progress) throws IOException {
    List<TensorSpec> specs = whole.values().stream().map(Part::spec).toList();
    SafetensorsLayout layout = SafetensorsLayout.modern(specs, Map.of("format", "pt"));
    try (StagedOutput output = StagedOutput.file(target, overwrite)) {
      try (SafetensorsWriter writer = SafetensorsWriter.open(output.staging(), layout)) {
        for (Part part : whole.values()) {
          if (part.data().isPresent()) {
            writer.writeAll(part.spec().name(), part.data().get());
          }
        }
        for (FusedPart part : parts) {
          int width = part.data().dtype().bytes();
          TensorReader.forEachPiece(
              part.data(),
              (first, piece) -> {
                int length = piece.remaining();
                writer.write(part.name(), part.byteOffset() + first * width, piece);
                progress.accept(length);
              });
        }
        writer.finish();
      }
      output.commit(true);
      Optional<byte[]> record = Provenance.ofConversion(source);
      if (record.isPresent()) {
        StagedOutput.write(Provenance.of(target, CheckpointLayout.SINGLE_FILE), record.get());
      }
    }
  }
}
