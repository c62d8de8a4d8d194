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
 * @param thresholds upright lines
 * @param levels level lines
 */
public record Chart(
    String title,
    String description,
    Axis x,
    Axis y,
    List<Series> series,
    List<Marker> thresholds,
    List<Marker> levels) {
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
   * @param thresholds upright lines
   * @param levels level lines
   * @throws IllegalArgumentException if there are no curves, or too many
   */
  public Chart {
    series = List.copyOf(series);
    thresholds = List.copyOf(thresholds);
    levels = List.copyOf(levels);
    if (series.isEmpty() || series.size() > MOST_SERIES) {
      throw new IllegalArgumentException(
          "chart " + title + " has " + series.size() + " curves, but can have 1 to " + MOST_SERIES);
    }
  }
}
