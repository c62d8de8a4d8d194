package io.github.espalier.core.tensor;

import java.util.Arrays;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Factors of positive semidefinite matrices, of as many rows as the matrix has rank.
 *
 * <p>The factor is that of a Cholesky decomposition with complete pivoting (LAPACK's {@code
 * dpstrf}; N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, SIAM 2002,
 * section 10.3). It ends where all that is left is at most the size times 2^-53 times the largest
 * diagonal element, which is rounding. Its rows get smaller from the first to the last, so that
 * small eigenvalues of products of such factors are found with a small relative error.
 *
 * <p>Where that does not reproduce the diagonal, as the matrix has negative eigenvalues beyond
 * rounding, it is the scaled eigenvectors of the positive ones.
 *
 * <p>On one thread, so that the result does not depend on how many there are. Stateless.
 */
public final class SymmetricFactor {
  /** How far a diagonal may be off, in units of the size times 2^-53 times its largest element. */
  private static final double SLACK = 16;

  private SymmetricFactor() {}

  /**
   * Finds F with {@code F^T F} equal to a matrix up to rounding, or to its positive part.
   *
   * @param matrix n x n, symmetric, both triangles, finite; not changed
   * @param scope owns the factor
   * @return r x n, where r is the numerical rank; 1 row of zeros if that is 0
   * @throws IllegalArgumentException if the matrix is not square
   * @throws ArithmeticException if eigenvalues do not converge, which is not known to happen
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static DoubleMatrix of(DoubleMatrix matrix, TensorScope scope) {
    int size = matrix.rows();
    if (size != matrix.columns()) {
      throw new IllegalArgumentException(matrix + " is not symmetric");
    }
    Spectra.requireNative("factors of matrices");
    DoubleMatrix factor = DoubleMatrix.zeros(size, size, scope);
    factor.copyAll(matrix);
    double[] diagonal = diagonal(matrix);
    double rounding = size * 0x1p-53 * Arrays.stream(diagonal).map(Math::abs).max().orElse(0);
    int rank = pivotedCholesky(factor, rounding);
    if (!reproduces(factor.rows(0, rank), diagonal, SLACK * rounding)) {
      factor.copyAll(matrix);
      rank = scaledEigenvectors(factor);
    }
    if (rank == 0) {
      factor.put(0, 0, new double[size], 0, size);
    }
    return factor.rows(0, Math.max(1, rank));
  }

  private static double[] diagonal(DoubleMatrix matrix) {
    double[] diagonal = new double[matrix.rows()];
    for (int i = 0; i < diagonal.length; i++) {
      matrix.get(i, i, diagonal, i, 1);
    }
    return diagonal;
  }

  /** Leaves the factor in the first rows and returns how many those are. */
  private static int pivotedCholesky(DoubleMatrix matrix, double rounding) {
    int size = matrix.rows();
    int[] pivots = new int[size];
    int rank;
    Blas.enterSingleThread();
    try (IntPointer order = new IntPointer(size);
        IntPointer found = new IntPointer(1)) {
      // What is the lower triangle by columns, as LAPACK sees it, is the upper one by rows.
      openblas.LAPACKE_dpstrf(
          openblas.LAPACK_COL_MAJOR,
          (byte) 'L',
          size,
          matrix.pointer(),
          matrix.stride(),
          order,
          found,
          rounding);
      order.get(pivots);
      rank = found.get();
    } finally {
      Blas.leave();
    }
    double[] permuted = new double[size];
    double[] row = new double[size];
    for (int i = 0; i < rank; i++) {
      matrix.get(i, i, permuted, i, size - i);
      Arrays.fill(row, 0);
      for (int j = i; j < size; j++) {
        row[pivots[j] - 1] = permuted[j];
      }
      matrix.put(i, 0, row, 0, size);
    }
    return rank;
  }

  /** With a matrix that is far from semidefinite the factor can be anything. */
  private static boolean reproduces(DoubleMatrix factor, double[] diagonal, double slack) {
    double[] left = diagonal.clone();
    double[] row = new double[diagonal.length];
    for (int i = 0; i < factor.rows(); i++) {
      factor.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        left[j] -= row[j] * row[j];
      }
    }
    return Arrays.stream(left).allMatch(each -> Math.abs(each) <= slack);
  }

  /** Leaves the factor in the first rows, the largest first, and returns how many those are. */
  private static int scaledEigenvectors(DoubleMatrix matrix) {
    int size = matrix.rows();
    double[] values = Spectra.eigenvectors(matrix);
    double largest = Math.max(values[size - 1], -values[0]);
    int rank = 0;
    while (rank < size && values[size - 1 - rank] > size * 0x1p-53 * largest) {
      rank++;
    }
    scale(matrix, values, rank);
    reverse(matrix);
    return rank;
  }

  private static void scale(DoubleMatrix vectors, double[] values, int rank) {
    int size = values.length;
    double[] row = new double[size];
    for (int i = size - rank; i < size; i++) {
      vectors.get(i, 0, row, 0, size);
      for (int j = 0; j < size; j++) {
        row[j] *= Math.sqrt(values[i]);
      }
      vectors.put(i, 0, row, 0, size);
    }
  }

  private static void reverse(DoubleMatrix matrix) {
    int size = matrix.columns();
    double[] first = new double[size];
    double[] second = new double[size];
    for (int i = 0, j = matrix.rows() - 1; i < j; i++, j--) {
      matrix.get(i, 0, first, 0, size);
      matrix.get(j, 0, second, 0, size);
      matrix.put(i, 0, second, 0, size);
      matrix.put(j, 0, first, 0, size);
    }
  }
}
