package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

/** How far results are from what is expected, relative to the largest number expected. */
public final class Closeness {
  private Closeness() {}

  /** Returns the largest difference, divided by the largest magnitude expected. */
  public static double error(float[] actual, double[] expected) {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return difference / largest;
  }

  /** Fails if the error is above the tolerance; returns it otherwise. */
  public static double assertClose(
      String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual.length).as("%s: number of elements", what).isEqualTo(expected.length);
    double error = error(actual, expected);
    if (Boolean.getBoolean("golden.print")) {
      System.out.printf("GOLDEN %s %.2e%n", what, error);
    }
    assertThat(error).as("%s: error", what).isLessThanOrEqualTo(tolerance);
    return error;
  }
}
