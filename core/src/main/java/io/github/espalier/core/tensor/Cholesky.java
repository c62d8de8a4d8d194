package io.github.espalier.core.tensor;

import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Triangular factors of inverses of symmetric positive definite matrices.
 *
 * <p>For H the factor is the upper triangular U with {@code U^T U = H^-1}. It comes from one
 * factorisation: with J the reversal of the order and {@code J H J = L L^T}, it is {@code U = J
 * L^-1 J}. The inverse itself, which would lose precision, is never formed.
 *
 * <p>On the CPU the work is OpenBLAS's: in binary32 tile by tile on all processors, in binary64 on
 * one thread. The result does not depend on the number of threads. Elsewhere it is a plain loop in
 * binary64, which is slow beyond a few thousand rows. Stateless.
 */
public final class Cholesky {
  private static final byte UPPER = 'U';
  private static final byte NOT_UNIT = 'N';

  private Cholesky() {}

  /** The numbers to compute with. */
  public enum Precision {
    /** binary32: half the memory and time. */
    FLOAT32,
    /** binary64, rounded to binary32 at the end. */
    FLOAT64
  }

  /**
   * Factors the inverse of {@code scale * matrix} with another diagonal.
   *
   * @param matrix gives the elements beside the diagonal
   * @param scale each of these is multiplied by this
   * @param diagonal the elements on the diagonal, in the matrix's own order
   * @param order row and column i of H are row and column {@code order[i]} of the matrix
   * @param precision the numbers to compute with
   * @param scope owns the factor
   * @return U of the same size, with zeros below the diagonal; empty if H is not positive definite
   *     in these numbers
   * @throws IllegalArgumentException if the lengths differ, or the factor would have 2 GiB or more
   */
  public static Optional<FloatMatrix> ofInverse(
      SymmetricMatrix matrix,
      double scale,
      double[] diagonal,
      int[] order,
      Precision precision,
      TensorScope scope) {
    int size = matrix.size();
    if (diagonal.length != size || order.length != size) {
      throw new IllegalArgumentException(
          "a diagonal of "
              + diagonal.length
              + " and an order of "
              + order.length
              + " do not fit "
              + matrix);
    }
    NdArrays.requireAddressable((long) size * size);
    ReversedRows rows = new ReversedRows(matrix, scale, diagonal, order);
    FloatMatrix factor = FloatMatrix.of(scope.zeros(size, size));
    boolean done;
    if (!Blas.IS_NATIVE) {
      done = PlainCholesky.invertFactor(rows, factor);
    } else if (precision == Precision.FLOAT32) {
      done = invertFloats(rows, factor);
    } else {
      done = invertDoubles(rows, factor);
    }
    if (!done) {
      return Optional.empty();
    }
    reverse(factor);
    return Optional.of(factor);
  }

  /** Leaves L^-1 in the lower triangle. */
  private static boolean invertFloats(ReversedRows rows, FloatMatrix lower) {
    int size = lower.rows();
    double[] row = new double[size];
    float[] rounded = new float[size];
    for (int i = 0; i < size; i++) {
      rows.get(i, row);
      for (int j = 0; j <= i; j++) {
        rounded[j] = (float) row[j];
      }
      lower.put(i, 0, rounded, 0, i + 1);
    }
    return TiledCholesky.invertFactor(lower, TaskRunner.COMMON_POOL);
  }

  private static boolean invertDoubles(ReversedRows rows, FloatMatrix lower) {
    int size = lower.rows();
    double[] row = new double[size];
    float[] rounded = new float[size];
    Blas.enterSingleThread();
    try (DoublePointer a = new DoublePointer((long) size * size)) {
      for (int i = 0; i < size; i++) {
        rows.get(i, row);
        a.position((long) i * size).put(row, 0, size);
      }
      a.position(0);
      // What is the lower triangle by rows is the upper one by columns, as LAPACK sees it.
      int order = openblas.LAPACK_COL_MAJOR;
      if (openblas.LAPACKE_dpotrf(order, UPPER, size, a, size) != 0
          || openblas.LAPACKE_dtrtri(order, UPPER, NOT_UNIT, size, a, size) != 0) {
        return false;
      }
      for (int i = 0; i < size; i++) {
        a.position((long) i * size).get(row, 0, i + 1);
        for (int j = 0; j <= i; j++) {
          rounded[j] = (float) row[j];
        }
        lower.put(i, 0, rounded, 0, i + 1);
      }
      return true;
    } finally {
      Blas.leave();
    }
  }

  /** Turns a matrix by 180 degrees: the first element changes places with the last, and so on. */
  private static void reverse(FloatMatrix matrix) {
    int size = matrix.rows();
    float[] upper = new float[size];
    float[] lower = new float[size];
    for (int i = 0; i <= size - 1 - i; i++) {
      matrix.get(i, 0, upper, 0, size);
      matrix.get(size - 1 - i, 0, lower, 0, size);
      reverse(upper);
      reverse(lower);
      matrix.put(i, 0, lower, 0, size);
      matrix.put(size - 1 - i, 0, upper, 0, size);
    }
  }

  private static void reverse(float[] values) {
    for (int i = 0, j = values.length - 1; i < j; i++, j--) {
      float swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /** The lower triangle of J H J, row by row. */
  static final class ReversedRows {
    private final SymmetricMatrix matrix;
    private final double scale;
    private final double[] diagonal;
    private final int[] order;
    private final double[] half;

    ReversedRows(SymmetricMatrix matrix, double scale, double[] diagonal, int[] order) {
      this.matrix = matrix;
      this.scale = scale;
      this.diagonal = diagonal;
      this.order = order;
      this.half = new double[order.length];
    }

    int size() {
      return order.length;
    }

    /** Fills the first {@code row + 1} elements. */
    void get(int row, double[] target) {
      int last = order.length - 1;
      int from = last - row;
      boolean inOrder = order[from] == from;
      for (int i = from; inOrder && i <= last; i++) {
        inOrder = order[i] == i;
      }
      if (inOrder) {
        matrix.get(from, half);
        for (int j = 0; j < row; j++) {
          target[j] = scale * half[row - j];
        }
      } else {
        for (int j = 0; j < row; j++) {
          target[j] = scale * matrix.get(order[from], order[last - j]);
        }
      }
      target[row] = diagonal[order[from]];
    }
  }
}
