package io.github.espalier.core.tensor;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Spectra of matrices, by LAPACK in binary64. ND4J's own decompositions are not used: they are in
 * binary32.
 *
 * <p>Stateless, and safe for use by many threads.
 */
public final class Spectra {
  private Spectra() {}

  /**
   * Computes the squares of the singular values: the eigenvalues of {@code A A^T} or {@code A^T A},
   * whichever is smaller.
   *
   * <p>Errors are about the largest one times the number of rows times 2^-53, so that values much
   * smaller than the largest have few correct digits; those that would be negative are 0.
   *
   * @param matrix a matrix of finite numbers with at least one element
   * @return as many as the matrix has rows or columns, whichever are fewer; ascending
   * @throws IllegalArgumentException if the matrix is empty, has elements that are not finite, or
   *     so large a copy that it has 2 GiB or more
   * @throws ArithmeticException if the eigenvalues do not converge, which is not known to happen
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static double[] squaredSingularValues(FloatMatrix matrix) {
    if (matrix.elements() == 0) {
      throw new IllegalArgumentException(matrix + " has no singular values");
    }
    requireNative("singular values");
    int size = Math.min(matrix.rows(), matrix.columns());
    try (TensorScope scope = new TensorScope()) {
      DoubleBuffer values = doubles(matrix.elements(), scope);
      widen(matrix, values);
      DoublePointer gram = new DoublePointer(doubles((long) size * size, scope));
      boolean wide = matrix.rows() <= matrix.columns();
      openblas.cblas_dsyrk(
          openblas.CblasRowMajor,
          openblas.CblasUpper,
          wide ? openblas.CblasNoTrans : openblas.CblasTrans,
          size,
          Math.max(matrix.rows(), matrix.columns()),
          1.0,
          new DoublePointer(values),
          matrix.columns(),
          0.0,
          gram,
          size);
      return eigenvalues(gram, size);
    }
  }

  /**
   * Computes the eigenvalues of a symmetric matrix, on one thread, so that the result does not
   * depend on how many there are.
   *
   * <p>Errors are about the largest one times the number of rows times 2^-53. Those of small ones
   * are far less if the rows get smaller from the first to the last, as those of a product of
   * {@link SymmetricFactor}s do.
   *
   * @param matrix a square matrix of finite numbers, of which the upper triangle is read;
   *     overwritten
   * @return the eigenvalues, ascending
   * @throws IllegalArgumentException if the matrix is not square or has no elements
   * @throws ArithmeticException if the eigenvalues do not converge, which is not known to happen
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static double[] eigenvalues(DoubleMatrix matrix) {
    return decompose(matrix, false);
  }

  /**
   * Computes the eigenvalues of a symmetric matrix and replaces it by its eigenvectors, one in each
   * row, in the order of the values. As {@link #eigenvalues} otherwise.
   */
  static double[] eigenvectors(DoubleMatrix matrix) {
    return decompose(matrix, true);
  }

  private static double[] decompose(DoubleMatrix matrix, boolean vectors) {
    int size = matrix.rows();
    if (size == 0 || size != matrix.columns()) {
      throw new IllegalArgumentException(matrix + " is not symmetric");
    }
    requireNative("eigenvalues");
    double[] values = new double[size];
    int info;
    Blas.enterSingleThread();
    try (DoublePointer found = new DoublePointer(size)) {
      // By columns, as LAPACK has it, so that vectors end up in rows.
      info =
          openblas.LAPACKE_dsyevd(
              openblas.LAPACK_COL_MAJOR,
              (byte) (vectors ? 'V' : 'N'),
              (byte) 'L',
              size,
              matrix.pointer(),
              matrix.stride(),
              found);
      found.get(values);
    } finally {
      Blas.leave();
    }
    if (info != 0) {
      throw notConverged(size, info);
    }
    return values;
  }

  /**
   * Computes the singular values of a matrix, on one thread. About six times as dear as the
   * eigenvalues of a matrix of the same size, but errors are about the largest one times 2^-53
   * where those of roots of eigenvalues may be that times 2^-26.
   *
   * @param matrix a matrix of finite numbers; overwritten
   * @return as many as the matrix has rows or columns, whichever are fewer; ascending
   * @throws IllegalArgumentException if the matrix has no elements
   * @throws ArithmeticException if they do not converge, which is not known to happen
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static double[] singularValues(DoubleMatrix matrix) {
    int size = Math.min(matrix.rows(), matrix.columns());
    if (size == 0) {
      throw new IllegalArgumentException(matrix + " has no singular values");
    }
    requireNative("singular values");
    double[] values = new double[size];
    int info;
    Blas.enterSingleThread();
    try (DoublePointer found = new DoublePointer(size);
        DoublePointer none = new DoublePointer(1)) {
      // The transpose, as LAPACK sees it, has the same ones.
      info =
          openblas.LAPACKE_dgesdd(
              openblas.LAPACK_COL_MAJOR,
              (byte) 'N',
              matrix.columns(),
              matrix.rows(),
              matrix.pointer(),
              matrix.stride(),
              found,
              none,
              1,
              none,
              1);
      found.get(values);
    } finally {
      Blas.leave();
    }
    if (info != 0) {
      throw notConverged(size, info);
    }
    Arrays.sort(values);
    return values;
  }

  static void requireNative(String what) {
    if (!Blas.IS_NATIVE) {
      throw new IllegalStateException(
          what
              + " need OpenBLAS and the CPU backend: add org.bytedeco:openblas with the"
              + " classifier of this platform");
    }
  }

  private static ArithmeticException notConverged(int size, int info) {
    return new ArithmeticException(
        "the eigenvalues of a matrix of " + size + " do not converge: LAPACK reports " + info);
  }

  private static DoubleBuffer doubles(long count, TensorScope scope) {
    NdArrays.requireAddressable(2 * count);
    return scope.own(Nd4j.create(DataType.DOUBLE, new long[] {count}, 'c')).data().asNioDouble();
  }

  private static void widen(FloatMatrix matrix, DoubleBuffer target) {
    float[] row = new float[matrix.columns()];
    double[] wide = new double[row.length];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        if (!Float.isFinite(row[j])) {
          throw new IllegalArgumentException(
              matrix + " has " + row[j] + " in row " + i + ", column " + j);
        }
        wide[j] = row[j];
      }
      target.put(i * row.length, wide);
    }
  }

  /** Of a symmetric matrix of which the upper triangle is given, which is overwritten. */
  private static double[] eigenvalues(DoublePointer gram, int size) {
    double[] values = new double[size];
    int info;
    try (DoublePointer found = new DoublePointer(size)) {
      info =
          openblas.LAPACKE_dsyevd(
              openblas.LAPACK_ROW_MAJOR, (byte) 'N', (byte) 'U', size, gram, size, found);
      found.get(values);
    }
    if (info != 0) {
      throw notConverged(size, info);
    }
    return Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
  }
}
