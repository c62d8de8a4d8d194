package io.github.espalier.methods.trained;

/** The activation {@code x (1 + erf(x / sqrt 2)) / 2}. */
final class Gelu {
  private static final double[] COEFFICIENTS = {
    0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429
  };

  private Gelu() {}

  /** Replaces all values. */
  static void apply(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * (1 + erf(values[i] / Math.sqrt(2))) / 2);
    }
  }

  /**
   * The error function to 1.5e-7, which is about the rounding of binary32.
   *
   * <p>Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, formula 7.1.26.
   */
  private static double erf(double x) {
    double t = 1 / (1 + 0.3275911 * Math.abs(x));
    double sum = 0;
    for (int i = COEFFICIENTS.length - 1; i >= 0; i--) {
      sum = (sum + COEFFICIENTS[i]) * t;
    }
    return Math.copySign(1 - sum * Math.exp(-x * x), x);
  }
}
