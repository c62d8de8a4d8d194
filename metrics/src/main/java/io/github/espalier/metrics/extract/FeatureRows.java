package io.github.espalier.metrics.extract;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The features of a file, of which one row is held at a time. For one thread. */
final class FeatureRows implements AutoCloseable {
  private final Path path;
  private final SafetensorsFile file;
  private final TensorData rows;
  private final ByteBuffer bytes;

  private FeatureRows(Path path, SafetensorsFile file, TensorData rows, int width) {
    this.path = path;
    this.file = file;
    this.rows = rows;
    this.bytes = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Opens the file again.
   *
   * @throws CheckpointFormatException if it has other features now
   */
  static FeatureRows open(ExtractedFeatures features) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(features.file());
    try {
      TensorData rows = FeatureFile.tensor(file, FeatureFile.FEATURES, DType.F32, 2);
      if (rows.shape().extent(0) != features.count()
          || rows.shape().extent(1) != features.width()) {
        throw CheckpointFormatException.of(
            features.file(), FeatureFile.FEATURES, "changed while it was used");
      }
      return new FeatureRows(features.file(), file, rows, features.width());
    } catch (RuntimeException | Error e) {
      try (file) {
        throw e;
      }
    }
  }

  void get(int row, float[] target) throws IOException {
    rows.read((long) row * bytes.capacity(), bytes.clear());
    bytes.flip().asFloatBuffer().get(target);
    for (int i = 0; i < target.length; i++) {
      if (!Float.isFinite(target[i])) {
        throw CheckpointFormatException.of(
            path, FeatureFile.FEATURES, "feature " + i + " of vector " + row + " is " + target[i]);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
