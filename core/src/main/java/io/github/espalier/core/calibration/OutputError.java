package io.github.espalier.core.calibration;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.core.tensor.Workspace;
import java.util.Arrays;

/**
 * How far pruning moves a layer's output on the calibration data: {@code ||(W - W') X||_F / ||W
 * X||_F}, where the columns of X are the inputs, each times the square root of its weight alpha.
 *
 * <p>With the Gram matrix {@code G = X X^T}, the squared norm of {@code A X} is the trace of {@code
 * A G A^T}, so X itself need not be kept. Products are summed in binary32, the trace in binary64;
 * the error of an unchanged layer is exactly 0, and the same on any number of threads. Stateless.
 */
public final class OutputError {
  private static final int ROWS = 256;

  private OutputError() {}

  /**
   * Computes the relative error.
   *
   * @param before the weights W, outputs by inputs
   * @param after the weights W', of the same shape
   * @param gram the inputs' Gram matrix, as large as the weights have columns
   * @return 0 or more; 0 if both outputs are zero, infinite if only the dense one is
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static double relative(FloatMatrix before, FloatMatrix after, SymmetricMatrix gram) {
    if (before.rows() != after.rows()
        || before.columns() != after.columns()
        || before.columns() != gram.size()) {
      throw new IllegalArgumentException(
          before + ", " + after + " and " + gram + " do not belong to one layer");
    }
    int tasks = (before.rows() + ROWS - 1) / ROWS;
    double[] errors = new double[tasks];
    double[] outputs = new double[tasks];
    try (TensorScope scope = new TensorScope();
        Workspace workspace = new Workspace()) {
      FloatMatrix inputs = gram.toFloats(1, scope);
      TaskRunner.COMMON_POOL.run(
          tasks,
          task -> {
            int row = task * ROWS;
            int count = Math.min(ROWS, before.rows() - row);
            FloatMatrix dense = before.rows(row, count);
            FloatMatrix difference = workspace.take(count, before.columns());
            FloatMatrix product = workspace.take(count, before.columns());
            subtract(dense, after.rows(row, count), difference);
            errors[task] = trace(difference, inputs, product);
            outputs[task] = trace(dense, inputs, product);
            workspace.release(product);
            workspace.release(difference);
          });
    }
    double error = Arrays.stream(errors).sum();
    double output = Arrays.stream(outputs).sum();
    // Rounding can leave a tiny negative trace where the output is zero.
    double above = Math.max(error, 0);
    return above == 0 ? 0 : Math.sqrt(above / Math.max(output, 0));
  }

  private static void subtract(FloatMatrix left, FloatMatrix right, FloatMatrix result) {
    float[] a = new float[left.columns()];
    float[] b = new float[left.columns()];
    for (int row = 0; row < left.rows(); row++) {
      left.get(row, 0, a, 0, a.length);
      right.get(row, 0, b, 0, b.length);
      for (int i = 0; i < a.length; i++) {
        a[i] -= b[i];
      }
      result.put(row, 0, a, 0, a.length);
    }
  }

  /** The trace of {@code A G A^T}: the sum of the products of A and A G, element by element. */
  private static double trace(FloatMatrix matrix, FloatMatrix gram, FloatMatrix product) {
    MatrixProducts.multiply(1f, matrix, PLAIN, gram, PLAIN, 0f, product);
    float[] a = new float[matrix.columns()];
    float[] b = new float[matrix.columns()];
    double sum = 0;
    for (int row = 0; row < matrix.rows(); row++) {
      matrix.get(row, 0, a, 0, a.length);
      product.get(row, 0, b, 0, b.length);
      for (int i = 0; i < a.length; i++) {
        sum += (double) a[i] * b[i];
      }
    }
    return sum;
  }
}
