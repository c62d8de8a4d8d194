package io.github.espalier.examples.study.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to places on a chart, over a range that ends at round numbers.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}
 * @param step distance of the marks: 1, 2 or 5 times a power of ten
 * @param from place of the lowest value
 * @param to place of the highest value, before or after {@code from}
 */
record Scale(double low, double high, double step, double from, double to) {
  private static final int INTERVALS = 6;

  /** Covers a range of values. */
  static Scale covering(double least, double most, double from, double to) {
    double width = most > least ? most - least : Math.max(Math.abs(most), 1) / 10;
    double step = roundStep(width / INTERVALS);
    double low = Math.floor(least / step + 1e-9) * step;
    double high = Math.ceil(most / step - 1e-9) * step;
    return new Scale(low, high > low ? high : low + step, step, from, to);
  }

  /** The least of 1, 2 and 5 times a power of ten that is not below the wanted one. */
  private static double roundStep(double wanted) {
    double power = Math.pow(10, Math.floor(Math.log10(wanted)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= wanted * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Values to mark, from the lowest to the highest. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    int count = (int) Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      double tick = low + i * step;
      ticks.add(Math.abs(tick) < step / 2 ? 0.0 : tick);
    }
    return ticks;
  }

  /** Decimals that tell neighbouring marks apart. */
  int decimals() {
    return Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
  }
}
