package io.github.espalier.methods.trained;

/** Vectors of binary64. */
final class Vectors {
  private Vectors() {}

  /** The product of two vectors of the same length; of two of norm 1 their cosine. */
  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
