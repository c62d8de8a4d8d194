package io.github.espalier.core.calibration;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Random;
import java.util.stream.IntStream;

/** Inputs of layers for tests. */
final class Rows {
  /** Tasks of all numbers at once, in any order. */
  static final TaskRunner PARALLEL =
      (tasks, body) -> IntStream.range(0, tasks).parallel().forEach(body);

  private Rows() {}

  /** Numbers between -1 and 1. */
  static FloatMatrix random(int rows, int width, long seed, TensorScope scope) {
    Random random = new Random(seed);
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return FloatMatrix.of(scope.matrix(rows, width, values));
  }

  /** Eighths between -1 and 1, of whose products thousands add up without rounding. */
  static FloatMatrix eighths(int rows, int width, long seed, TensorScope scope) {
    Random random = new Random(seed);
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(17) - 8) / 8f;
    }
    return FloatMatrix.of(scope.matrix(rows, width, values));
  }

  /** All elements of the Gram matrix's upper triangle. */
  static double[] gram(InputStatistics statistics) {
    int width = statistics.width();
    double[] values = new double[width * (width + 1) / 2];
    int at = 0;
    for (int i = 0; i < width; i++) {
      for (int j = i; j < width; j++) {
        values[at++] = statistics.gram().orElseThrow().get(i, j);
      }
    }
    return values;
  }
}
