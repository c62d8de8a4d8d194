package io.github.espalier.core.prune;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.OutputError;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Measures how far a layer's output moves on the calibration data. For one thread. */
final class OutputMeter {
  private final LayerTask task;
  private final SymmetricMatrix gram;
  private final ByteBuffer pruned;

  private OutputMeter(LayerTask task, SymmetricMatrix gram) {
    this.task = task;
    this.gram = gram;
    this.pruned = ByteBuffer.allocate(Math.toIntExact(task.data().byteSize()));
  }

  /**
   * Prepares to measure a layer.
   *
   * @param task the layer and its dense weights
   * @param scope owns the Gram matrix
   * @return empty if the layer's statistics have no Gram matrix of its inputs
   */
  static Optional<OutputMeter> of(LayerTask task, TensorScope scope) throws IOException {
    return task.step()
        .calibration()
        .of(task.layer(), scope)
        .flatMap(InputStatistics::gram)
        .filter(matrix -> matrix.size() == task.layer().columns())
        .map(matrix -> new OutputMeter(task, matrix));
  }

  /** Takes some of the pruned weights; leaves the buffer as it is. */
  void put(long byteOffset, ByteBuffer bytes) {
    pruned.put((int) byteOffset, bytes, bytes.position(), bytes.remaining());
  }

  /** Returns the relative error, once all weights were put. */
  double relativeError() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      TensorData after =
          TensorData.ofBytes(
              task.data().dtype(),
              task.data().shape(),
              pruned.duplicate().order(ByteOrder.LITTLE_ENDIAN));
      return OutputError.relative(matrix(task.data(), scope), matrix(after, scope), gram);
    }
  }

  private FloatMatrix matrix(TensorData data, TensorScope scope) throws IOException {
    return FloatMatrix.of(scope.floats(data, task.layer().rows(), task.layer().columns()));
  }
}
