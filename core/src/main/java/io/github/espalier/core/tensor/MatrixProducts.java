package io.github.espalier.core.tensor;

import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Products of matrices in native memory.
 *
 * <p>On the CPU they are OpenBLAS's, called on the memory itself, so that views with a stride cost
 * nothing and one thread can work on one part of a product; ND4J's own call copies views and has no
 * such freedom. On another backend, and where OpenBLAS cannot be loaded, they are ND4J's {@code
 * mmul} over copies. Stateless.
 */
public final class MatrixProducts {
  private MatrixProducts() {}

  /** Whether an operand is used as it is or transposed. */
  public enum Use {
    /** As it is. */
    PLAIN,
    /** With rows and columns exchanged. */
    TRANSPOSED
  }

  /**
   * Computes {@code result = alpha * a' * b' + beta * result}, where {@code a'} and {@code b'} are
   * the operands as their use says.
   *
   * @param alpha factor of the product
   * @param a left operand
   * @param useOfA how it is used
   * @param b right operand
   * @param useOfB how it is used
   * @param beta factor of what {@code result} holds; at 0 that is not read
   * @param result receives the product; shares no memory with the operands
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void multiply(
      float alpha,
      FloatMatrix a,
      Use useOfA,
      FloatMatrix b,
      Use useOfB,
      float beta,
      FloatMatrix result) {
    boolean transposeA = useOfA == Use.TRANSPOSED;
    boolean transposeB = useOfB == Use.TRANSPOSED;
    int m = transposeA ? a.columns() : a.rows();
    int k = transposeA ? a.rows() : a.columns();
    int n = transposeB ? b.rows() : b.columns();
    int inner = transposeB ? b.columns() : b.rows();
    if (k != inner || m != result.rows() || n != result.columns()) {
      throw misfit(a, useOfA, b, useOfB, result);
    }
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      scale(result, beta);
    } else if (Blas.IS_NATIVE) {
      openblas.cblas_sgemm(
          openblas.CblasRowMajor,
          transposeA ? openblas.CblasTrans : openblas.CblasNoTrans,
          transposeB ? openblas.CblasTrans : openblas.CblasNoTrans,
          m,
          n,
          k,
          alpha,
          a.pointer(),
          a.stride(),
          b.pointer(),
          b.stride(),
          beta,
          result.pointer(),
          result.stride());
    } else {
      multiplyByNd4j(alpha, a, transposeA, b, transposeB, beta, result);
    }
  }

  /**
   * Computes {@code result = alpha * a' * b' + beta * result} in binary64.
   *
   * @param alpha factor of the product
   * @param a left operand
   * @param useOfA how it is used
   * @param b right operand
   * @param useOfB how it is used
   * @param beta factor of what {@code result} holds; at 0 that is not read
   * @param result receives the product; shares no memory with the operands
   * @throws IllegalArgumentException if the shapes do not fit, or an operand has no elements
   */
  public static void multiply(
      double alpha,
      DoubleMatrix a,
      Use useOfA,
      DoubleMatrix b,
      Use useOfB,
      double beta,
      DoubleMatrix result) {
    boolean transposeA = useOfA == Use.TRANSPOSED;
    boolean transposeB = useOfB == Use.TRANSPOSED;
    int m = transposeA ? a.columns() : a.rows();
    int k = transposeA ? a.rows() : a.columns();
    int n = transposeB ? b.rows() : b.columns();
    int inner = transposeB ? b.columns() : b.rows();
    boolean isEmpty = Math.min(m, Math.min(k, n)) == 0;
    if (isEmpty || k != inner || m != result.rows() || n != result.columns()) {
      throw misfit(a, useOfA, b, useOfB, result);
    }
    if (!Blas.IS_NATIVE) {
      multiplyByNd4j(alpha, a, transposeA, b, transposeB, beta, result);
      return;
    }
    openblas.cblas_dgemm(
        openblas.CblasRowMajor,
        transposeA ? openblas.CblasTrans : openblas.CblasNoTrans,
        transposeB ? openblas.CblasTrans : openblas.CblasNoTrans,
        m,
        n,
        k,
        alpha,
        a.pointer(),
        a.stride(),
        b.pointer(),
        b.stride(),
        beta,
        result.pointer(),
        result.stride());
  }

  private static IllegalArgumentException misfit(
      Object a, Use useOfA, Object b, Use useOfB, Object result) {
    return new IllegalArgumentException(
        a + " (" + useOfA + ") times " + b + " (" + useOfB + ") does not fit " + result);
  }

  /** The same by ND4J's own operations, whatever the backend. */
  static void multiplyByNd4j(
      double alpha,
      DoubleMatrix a,
      boolean transposeA,
      DoubleMatrix b,
      boolean transposeB,
      double beta,
      DoubleMatrix result) {
    try (TensorScope scope = new TensorScope()) {
      INDArray left = a.copy(scope);
      INDArray right = b.copy(scope);
      INDArray product =
          scope.own(
              (transposeA ? left.transpose() : left).mmul(transposeB ? right.transpose() : right));
      product.muli(alpha);
      if (beta != 0) {
        product.addi(result.copy(scope).muli(beta));
      }
      result.copyAll(product);
    }
  }

  /**
   * Computes the upper triangle of {@code result = a^T a}; what is below is undefined.
   *
   * @param a rows of at least one column
   * @param result receives the product, as many rows and columns as {@code a} has columns
   */
  static void gram(FloatMatrix a, FloatMatrix result) {
    if (a.rows() == 0 || !Blas.IS_NATIVE) {
      multiply(1f, a, Use.TRANSPOSED, a, Use.PLAIN, 0f, result);
      return;
    }
    openblas.cblas_ssyrk(
        openblas.CblasRowMajor,
        openblas.CblasUpper,
        openblas.CblasTrans,
        a.columns(),
        a.rows(),
        1f,
        a.pointer(),
        a.stride(),
        0f,
        result.pointer(),
        result.stride());
  }

  /** What is left of a product over nothing, which ND4J refuses. */
  private static void scale(FloatMatrix result, float beta) {
    float[] row = new float[result.columns()];
    for (int i = 0; i < result.rows(); i++) {
      if (beta != 0) {
        result.get(i, 0, row, 0, row.length);
        for (int j = 0; j < row.length; j++) {
          row[j] *= beta;
        }
      }
      result.put(i, 0, row, 0, row.length);
    }
  }

  /** The same by ND4J's own operations, whatever the backend; the operands have elements. */
  static void multiplyByNd4j(
      float alpha,
      FloatMatrix a,
      boolean transposeA,
      FloatMatrix b,
      boolean transposeB,
      float beta,
      FloatMatrix result) {
    try (TensorScope scope = new TensorScope()) {
      INDArray left = a.copy(scope);
      INDArray right = b.copy(scope);
      INDArray product =
          scope.own(
              (transposeA ? left.transpose() : left).mmul(transposeB ? right.transpose() : right));
      product.muli(alpha);
      if (beta != 0) {
        INDArray old = result.copy(scope);
        old.muli(beta);
        product.addi(old);
      }
      FloatMatrix values = FloatMatrix.of(NdArrays.contiguous(product, scope));
      result.copyAll(values);
    }
  }
}
