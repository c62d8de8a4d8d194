package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.sd2.architecture.ArchitectureTensor;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.ModelIndex;
import io.github.espalier.sd2.architecture.Sd2Component;
import io.github.espalier.sd2.architecture.TextEncoderArchitecture;
import io.github.espalier.sd2.architecture.UnetArchitecture;
import io.github.espalier.sd2.architecture.VaeArchitecture;
import io.github.espalier.sd2.architecture.VaeAttentionNames;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the diffusers layout. */
final class FolderOpener {
  private final Path root;
  private final ModelConfig config;
  private final List<WeightFile> files = new ArrayList<>();
  private final List<Path> indexes = new ArrayList<>();
  private final List<LayerSource> sources = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private FolderOpener(Path root, ModelConfig config) {
    this.root = root;
    this.config = config;
  }

  static Contents open(Path root, String variant) throws IOException {
    if (!Files.isRegularFile(root.resolve(FolderFiles.MODEL_INDEX))) {
      throw CheckpointFormatException.of(
          root, "is no diffusers folder: it has no " + FolderFiles.MODEL_INDEX);
    }
    ModelIndex.read(root).requireStableDiffusion();
    FolderOpener opener = new FolderOpener(root, ModelConfig.read(root));
    try {
      for (Sd2Component component : Sd2Component.values()) {
        opener.openComponent(component, variant);
      }
    } catch (IOException | RuntimeException | Error e) {
      for (WeightFile file : opener.files) {
        file.close();
      }
      throw e;
    }
    return new Contents(
        CheckpointLayout.DIFFUSERS,
        opener.config,
        opener.files,
        opener.indexes,
        opener.sources,
        opener.notes);
  }

  private void openComponent(Sd2Component component, String variant) throws IOException {
    WeightFiles found =
        WeightFiles.find(root.resolve(component.folder()), component.weightsStem(), variant);
    found.index().ifPresent(indexes::add);
    found.note().ifPresent(notes::add);
    Map<String, WeightFile> holders = new LinkedHashMap<>();
    for (Path path : found.files()) {
      WeightFile file = WeightFile.open(path);
      files.add(file);
      for (TensorInfo tensor : file.header().tensors()) {
        WeightFile other = holders.putIfAbsent(tensor.name(), file);
        if (other != null) {
          throw CheckpointFormatException.of(
              path, tensor.name(), "is also in " + other.path().getFileName());
        }
      }
    }
    found.requireIndexed(holders);
    addLayers(component, found.files().get(0), holders);
  }

  private void addLayers(Sd2Component component, Path place, Map<String, WeightFile> holders) {
    Map<String, ArchitectureTensor> expected = new HashMap<>();
    for (ArchitectureTensor tensor : tensors(component, holders)) {
      expected.put(tensor.name(), tensor);
      WeightFile file = holders.get(tensor.name());
      if (file == null) {
        throw CheckpointFormatException.of(
            place, tensor.name(), "is missing, but the configuration needs it: " + tensor.shape());
      }
      Shape found = file.header().tensor(tensor.name()).shape();
      if (!found.equals(tensor.shape())) {
        throw CheckpointFormatException.of(
            file.path(),
            tensor.name(),
            "has shape " + found + ", but the configuration needs " + tensor.shape());
      }
    }
    holders.forEach(
        (name, file) -> {
          TensorInfo info = file.header().tensor(name);
          ArchitectureTensor known = expected.get(name);
          LayerKind kind = known == null ? LayerKind.OTHER : known.kind();
          Layer layer = new Layer(name, component.component(), kind, info.shape(), info.dtype());
          sources.add(new LayerSource(layer, file, info, 0));
        });
  }

  private List<ArchitectureTensor> tensors(
      Sd2Component component, Map<String, WeightFile> holders) {
    return switch (component) {
      case TEXT_ENCODER -> TextEncoderArchitecture.tensors(config.textEncoder());
      case UNET -> UnetArchitecture.tensors(config.unet());
      case VAE -> VaeArchitecture.tensors(config.vae(), VaeAttentionNames.of(holders.keySet()));
    };
  }
}
