package io.github.espalier.examples.study.report;

import java.util.Locale;

/** How numbers are written in reports. */
final class Numbers {
  /** What stands for a number that cannot be. */
  static final String NOT_AVAILABLE = "N/A";

  /** What stands for the score of a model that made no images. */
  static final String FAILED = "failed";

  private static final double LARGE = 10;

  private Numbers() {}

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  /** A percentage in few digits, such as {@code 47.5 %} or {@code 30 %}. */
  static String shortPercent(double fraction) {
    String digits = String.format(Locale.ROOT, "%.1f", 100 * fraction);
    return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits) + " %";
  }

  static String score(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** A distance, with the two decimals that are usual for large ones. */
  static String distance(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < LARGE ? "%.4f" : "%.2f", value);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
