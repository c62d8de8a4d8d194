package io.github.espalier.metrics.kernel;

import io.github.espalier.core.tensor.PairwiseProducts;
import io.github.espalier.core.tensor.RowSource;
import io.github.espalier.core.tensor.TaskRunner;
import java.util.Arrays;

/** Sums of a kernel over pairs of rows. The result does not depend on the number of threads. */
final class KernelSums {
  private KernelSums() {}

  /** A kernel of two vectors by their product and their squared norms. */
  @FunctionalInterface
  interface Kernel {
    double value(double product, double firstSquare, double secondSquare);
  }

  /** Sums over all ordered pairs of different rows of one matrix. */
  static double within(RowSource x, Kernel kernel) {
    double[] squares = squares(x);
    double[] sums = new double[x.rows()];
    PairwiseProducts.forEachPair(x, TaskRunner.COMMON_POOL, adder(kernel, squares, squares, sums));
    return 2 * Arrays.stream(sums).sum();
  }

  /** Sums over all pairs of rows of two matrices. */
  static double between(RowSource x, RowSource y, Kernel kernel) {
    double[] sums = new double[x.rows()];
    PairwiseProducts.forEach(
        x, y, TaskRunner.COMMON_POOL, adder(kernel, squares(x), squares(y), sums));
    return Arrays.stream(sums).sum();
  }

  private static PairwiseProducts.Visitor adder(
      Kernel kernel, double[] xSquares, double[] ySquares, double[] sums) {
    return (x, firstY, products, count) -> {
      double sum = 0;
      for (int j = 0; j < count; j++) {
        sum += kernel.value(products[j], xSquares[x], ySquares[firstY + j]);
      }
      sums[x] += sum;
    };
  }

  static double[] squares(RowSource rows) {
    double[] squares = new double[rows.rows()];
    double[] row = new double[rows.columns()];
    for (int i = 0; i < squares.length; i++) {
      rows.get(i, row);
      for (double value : row) {
        squares[i] += value * value;
      }
    }
    return squares;
  }
}
