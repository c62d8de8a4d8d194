package io.github.espalier.examples.study.chart;

import java.util.List;

/**
 * What a chart shows.
 *
 * @param title its heading
 * @param description what can be seen on it, in words, for those who cannot see it
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series the curves, at least one and at most {@value #MOST_SERIES}
 * @param levels level lines: the first one's label stands above it, that of all others below
 */
public record Chart(
    String title, String description, Axis x, Axis y, List<Series> series, List<Marker> levels) {
  /** More curves cannot be told apart. */
  public static final int MOST_SERIES = 8;

  /**
   * Copies the lists.
   *
   * @param title its heading
   * @param description what can be seen on it
   * @param x the horizontal axis
   * @param y the vertical axis
   * @param series the curves
   * @param levels level lines
   * @throws IllegalArgumentException if there are no curves, or too many, or one stands beside a
   *     curve that is not there
   */
  public Chart {
    series = List.copyOf(series);
    levels = List.copyOf(levels);
    if (series.isEmpty() || series.size() > MOST_SERIES) {
      throw new IllegalArgumentException(
          "chart " + title + " has " + series.size() + " curves, but can have 1 to " + MOST_SERIES);
    }
    for (Series each : series) {
      if (each.beside().orElse(0) < 0 || each.beside().orElse(0) >= series.size()) {
        throw new IllegalArgumentException(
            "curve " + each.name() + " stands beside one that is not there");
      }
    }
  }
}
