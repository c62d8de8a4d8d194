package io.github.espalier.sd2.diff;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.architecture.VaeAttentionNames;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.sparse.SparseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One side of a comparison: an open checkpoint, or a file of tensors that is none. */
final class NamedTensors implements AutoCloseable {
  private final Path path;
  private final Optional<Sd2Checkpoint> checkpoint;
  private final Map<String, TensorData> fileTensors;
  private final AutoCloseable resource;

  private NamedTensors(
      Path path,
      Optional<Sd2Checkpoint> checkpoint,
      Map<String, TensorData> fileTensors,
      AutoCloseable resource) {
    this.path = path;
    this.checkpoint = checkpoint;
    this.fileTensors = fileTensors;
    this.resource = resource;
  }

  static NamedTensors open(Path path, String variant) throws IOException {
    try {
      Sd2Checkpoint checkpoint = Sd2Checkpoint.open(path, variant);
      return new NamedTensors(path, Optional.of(checkpoint), Map.of(), checkpoint);
    } catch (CheckpointFormatException e) {
      if (Files.isDirectory(path)) {
        throw e;
      }
      try {
        return ofFile(path);
      } catch (CheckpointFormatException alsoNoFile) {
        throw e; // It says more: that the file is a pickle, for example.
      }
    }
  }

  private static NamedTensors ofFile(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      if (SparseFile.isSparse(file.header())) {
        SparseFile sparse = SparseFile.of(file);
        for (TensorInfo info : sparse.header().tensors()) {
          tensors.put(info.name(), sparse.tensor(info.name()));
        }
      } else {
        for (TensorInfo info : file.header().tensors()) {
          tensors.put(info.name(), file.tensor(info.name()));
        }
      }
      return new NamedTensors(path, Optional.empty(), tensors, file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Returns the tensors under names that the other side has too, if it has them at all. */
  Map<String, TensorData> comparableWith(NamedTensors other) {
    if (checkpoint.isPresent() != other.checkpoint.isPresent()) {
      throw new IllegalArgumentException(
          (checkpoint.isPresent() ? path : other.path)
              + " is a whole checkpoint, but "
              + (checkpoint.isPresent() ? other.path : path)
              + " is not; compare checkpoints with checkpoints, and files with files");
    }
    if (checkpoint.isEmpty()) {
      return fileTensors;
    }
    Sd2Checkpoint mine = checkpoint.get();
    Sd2Checkpoint theirs = other.checkpoint.orElseThrow();
    boolean sameLayout = mine.layout() == theirs.layout();
    boolean sameVaeNames = vaeNames(mine) == vaeNames(theirs);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Layer layer : mine.layers()) {
      // The layouts carry different buffers along, such as position indices.
      if (sameLayout || layer.kind() != LayerKind.OTHER) {
        tensors.put(name(layer, sameVaeNames), mine.weights(layer));
      }
    }
    if (sameLayout && mine.layout() == CheckpointLayout.SINGLE_FILE) {
      tensors.putAll(mine.otherTensors());
    }
    return tensors;
  }

  private static String name(Layer layer, boolean asItIs) {
    return asItIs || !layer.component().equals(Sd2Checkpoint.VAE)
        ? layer.qualifiedName()
        : layer.component() + "/" + VaeAttentionNames.NEW.rename(layer.name());
  }

  private static VaeAttentionNames vaeNames(Sd2Checkpoint checkpoint) {
    List<String> names =
        checkpoint.layers().stream()
            .filter(layer -> layer.component().equals(Sd2Checkpoint.VAE))
            .map(Layer::name)
            .toList();
    return VaeAttentionNames.of(names);
  }

  @Override
  public void close() throws IOException {
    try {
      resource.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("closing a file threw an exception that it cannot throw", e);
    }
  }
}
