package io.github.espalier.methods.alpha;

import java.util.Arrays;

/** Fits power laws to the tails of spectra by Hill's estimator. */
final class PowerLaw {
  private static final int BINS = 100;
  private static final double NARROWEST = 0.95;
  private static final double WIDEST = 1.5;

  /** Ascending and above 0. */
  private final double[] values;

  /** For each index the sum of the logarithms from there on. */
  private final double[] sums;

  private PowerLaw(double[] values) {
    this.values = values;
    this.sums = new double[values.length + 1];
    for (int i = values.length - 1; i >= 0; i--) {
      sums[i] = sums[i + 1] + Math.log(values[i]);
    }
  }

  /**
   * Estimates the exponent of a spectrum's tail.
   *
   * @param spectrum eigenvalues, 0 or more, ascending
   * @param tail where the tail starts
   * @return a number over 1; NaN if there are not two different values to estimate it from
   */
  static double exponent(double[] spectrum, Tail tail) {
    double largest = spectrum.length == 0 ? 0 : spectrum[spectrum.length - 1];
    double noise = largest * spectrum.length * Math.ulp(1.0);
    double[] values = Arrays.stream(spectrum).filter(value -> value > noise).toArray();
    if (values.length < 2) {
      return Double.NaN;
    }
    PowerLaw law = new PowerLaw(values);
    double exponent = tail == Tail.MEDIAN ? law.hill(values.length / 2) : law.fromPeak();
    return Double.isInfinite(exponent) ? Double.NaN : exponent;
  }

  private double hill(int from) {
    int n = values.length - from;
    return 1 + n / (sums[from] - n * Math.log(values[from]));
  }

  /**
   * Candidates are eigenvalues, but for the largest, up to 1.5 times the peak. The lower bound is
   * the logarithm of 0.95 times the peak, compared with the eigenvalue itself: so it is in the
   * published code.
   */
  private double fromPeak() {
    double peak = peak();
    double best = Double.NaN;
    double least = 1;
    for (int i = 0; i < values.length - 1; i++) {
      if (values[i] >= Math.log10(NARROWEST * peak) && values[i] <= WIDEST * peak) {
        double exponent = hill(i);
        double distance = distance(i, exponent);
        if (exponent > 1 && distance < least) {
          best = exponent;
          least = distance;
        }
      }
    }
    return best;
  }

  /** The largest difference of the fitted and the empirical distribution. */
  private double distance(int from, double exponent) {
    int n = values.length - from;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      double fitted = 1 - Math.pow(values[from + i] / values[from], 1 - exponent);
      largest = Math.max(largest, Math.abs(fitted - (double) i / n));
    }
    return largest;
  }

  /** The lower edge of the fullest of 100 bins of logarithms, the first of equals. */
  private double peak() {
    double low = Math.log10(values[0]);
    double width = (Math.log10(values[values.length - 1]) - low) / BINS;
    int[] counts = new int[BINS];
    for (double value : values) {
      double place = width > 0 ? (Math.log10(value) - low) / width : 0;
      counts[Math.min(BINS - 1, (int) place)]++;
    }
    int fullest = 0;
    for (int i = 1; i < BINS; i++) {
      fullest = counts[i] > counts[fullest] ? i : fullest;
    }
    return Math.pow(10, low + fullest * width);
  }
}
