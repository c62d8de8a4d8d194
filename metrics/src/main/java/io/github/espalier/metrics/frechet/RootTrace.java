package io.github.espalier.metrics.frechet;

import io.github.espalier.core.tensor.DoubleMatrix;
import io.github.espalier.core.tensor.Spectra;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.core.tensor.TiledProducts;
import java.util.Arrays;

/**
 * The trace of the root of a product of covariances, which is the sum of the singular values of the
 * product T of their factors.
 *
 * <p>Those are found as the roots of the eigenvalues of {@code T^T T}, which is fast. Squaring
 * could cost half the digits; but the factors' rows get smaller from the first to the last, and
 * then the error of an eigenvalue is of the order of the diagonal element of its rank (J. Barlow
 * and J. Demmel, Computing accurate eigensystems of scaled diagonally dominant matrices, SIAM
 * Journal on Numerical Analysis 27, 1990) instead of the largest. Where by that the sum may be off,
 * as when one covariance is zero where the other is not, the singular values are computed
 * themselves.
 */
final class RootTrace {
  /** Of the traces of the covariances: what the estimated error may be. */
  private static final double ENOUGH = 1e-12;

  private static final double UNIT = 8 * 0x1p-53;

  private RootTrace() {}

  /**
   * Computes the trace.
   *
   * @param traces of the two covariances together
   */
  static double of(DoubleMatrix one, DoubleMatrix other, double traces, TensorScope scope) {
    boolean inOrder = one.rows() >= other.rows();
    DoubleMatrix large = inOrder ? one : other;
    DoubleMatrix small = inOrder ? other : one;
    int size = small.rows();
    DoubleMatrix product = DoubleMatrix.zeros(large.rows(), size, scope);
    TiledProducts.multiplyTransposed(large, small, product, TaskRunner.COMMON_POOL);
    DoubleMatrix gram = DoubleMatrix.zeros(size, size, scope);
    TiledProducts.gram(product, gram, TaskRunner.COMMON_POOL);
    double[] diagonal = new double[size];
    for (int i = 0; i < size; i++) {
      gram.get(i, i, diagonal, i, 1);
    }
    Arrays.sort(diagonal);

    double[] values = Spectra.eigenvalues(gram);
    double sum = 0;
    double error = 0;
    for (int i = 0; i < size; i++) {
      double root = Math.sqrt(Math.max(0, values[i]));
      double uncertain = UNIT * Math.sqrt(size) * diagonal[i];
      sum += root;
      error += root * root > uncertain ? uncertain / (2 * root) : Math.sqrt(uncertain);
    }
    return 2 * error <= ENOUGH * traces
        ? sum
        : Arrays.stream(Spectra.singularValues(product)).sum();
  }
}
