package io.github.espalier.examples.study.chart;

import java.util.Locale;

/**
 * An axis of a chart.
 *
 * @param label what is measured
 * @param unit how its numbers are written
 */
public record Axis(String label, Unit unit) {
  /** How numbers are written. */
  public enum Unit {
    /** As they are. */
    NUMBER {
      @Override
      String format(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
      }
    },
    /** A fraction, in percent. */
    PERCENT {
      @Override
      String format(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + Math.max(0, decimals - 2) + "f %%", 100 * value);
      }
    };

    abstract String format(double value, int decimals);
  }
}
