package io.github.espalier.examples.cli;

import java.util.Locale;

/** Writes numbers for people, the same in every locale. */
final class Figures {
  private static final double THOUSAND = 1000;

  private Figures() {}

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Six digits, as many as a measure of images is good for. */
  static String significant(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * fraction);
  }

  static String seconds(double seconds) {
    return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
  }

  /** Minutes and seconds where it is a minute or more. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? seconds(seconds)
        : String.format(Locale.ROOT, "%d min %d s", whole / 60, whole % 60);
  }

  /** A size in decimal units, as disks and safetensors files are measured. */
  static String bytes(long bytes) {
    double value = bytes;
    for (String unit : new String[] {"bytes", "kB", "MB"}) {
      if (value < THOUSAND) {
        return unit.equals("bytes")
            ? bytes + " bytes"
            : String.format(Locale.ROOT, "%.1f %s", value, unit);
      }
      value /= THOUSAND;
    }
    return String.format(Locale.ROOT, "%.2f GB", value);
  }

  static String rate(long bytes, double seconds) {
    return String.format(Locale.ROOT, "%.2f GB/s", bytes / Math.max(seconds, 1e-9) / 1e9);
  }
}
