package io.github.espalier.examples.study.chart;

import java.util.Comparator;
import java.util.List;

/**
 * A curve.
 *
 * @param name what the legend calls it
 * @param points at least one, kept in the order of {@code x}
 */
public record Series(String name, List<Point> points) {
  /**
   * Copies and sorts the points.
   *
   * @param name what the legend calls it
   * @param points at least one
   * @throws IllegalArgumentException if there is none
   */
  public Series {
    points = points.stream().sorted(Comparator.comparingDouble(Point::x)).toList();
    if (points.isEmpty()) {
      throw new IllegalArgumentException("curve " + name + " has no points");
    }
  }

  boolean hasBand() {
    return points.size() > 1 && points.stream().anyMatch(Point::hasInterval);
  }
}
