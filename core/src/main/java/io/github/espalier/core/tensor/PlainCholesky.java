package io.github.espalier.core.tensor;

/** Cholesky factors in plain Java and binary64, for where there is no LAPACK. */
final class PlainCholesky {
  private PlainCholesky() {}

  /**
   * Computes L^-1 of a matrix L L^T.
   *
   * @param rows the lower triangle of the matrix
   * @param lower receives the lower triangle of L^-1
   * @return false if the matrix is not positive definite
   */
  static boolean invertFactor(Cholesky.ReversedRows rows, FloatMatrix lower) {
    double[][] factor = new double[rows.size()][];
    double[] row = new double[rows.size()];
    for (int i = 0; i < factor.length; i++) {
      rows.get(i, row);
      factor[i] = new double[i + 1];
      for (int j = 0; j < i; j++) {
        factor[i][j] = (row[j] - dot(factor[i], factor[j], j)) / factor[j][j];
      }
      double rest = row[i] - dot(factor[i], factor[i], i);
      if (!(rest > 0) || Double.isInfinite(rest)) {
        return false;
      }
      factor[i][i] = Math.sqrt(rest);
    }
    invert(factor);
    float[] rounded = new float[factor.length];
    for (int i = 0; i < factor.length; i++) {
      for (int j = 0; j <= i; j++) {
        rounded[j] = (float) factor[i][j];
      }
      lower.put(i, 0, rounded, 0, i + 1);
    }
    return true;
  }

  private static double dot(double[] a, double[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Forward substitution, in place: the rows above are inverted already. */
  private static void invert(double[][] lower) {
    double[] row = new double[lower.length];
    for (int i = 0; i < lower.length; i++) {
      double pivot = 1 / lower[i][i];
      for (int j = 0; j < i; j++) {
        row[j] = 0;
      }
      for (int k = 0; k < i; k++) {
        double factor = -lower[i][k] * pivot;
        double[] above = lower[k];
        for (int j = 0; j <= k; j++) {
          row[j] += factor * above[j];
        }
      }
      System.arraycopy(row, 0, lower[i], 0, i);
      lower[i][i] = pivot;
    }
  }
}
