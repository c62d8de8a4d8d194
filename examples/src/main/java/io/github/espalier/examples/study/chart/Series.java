package io.github.espalier.examples.study.chart;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A curve. Immutable.
 *
 * @param name what the legend calls it
 * @param points at least one, kept in the order of {@code x}
 * @param threshold an upright line of the curve's colour, which the legend explains
 * @param beside index of the curve on the same chart whose published companion this one is, in its
 *     colour; a curve of its own if empty
 */
public record Series(
    String name, List<Point> points, Optional<Marker> threshold, OptionalInt beside) {
  /**
   * Copies and sorts the points.
   *
   * @param name what the legend calls it
   * @param points at least one
   * @param threshold an upright line of the curve's colour
   * @param beside index of the curve that this one is to be compared with
   * @throws IllegalArgumentException if there is no point
   */
  public Series {
    points = points.stream().sorted(Comparator.comparingDouble(Point::x)).toList();
    if (points.isEmpty()) {
      throw new IllegalArgumentException("curve " + name + " has no points");
    }
  }

  /**
   * Makes a curve of its own, without a threshold.
   *
   * @param name what the legend calls it
   * @param points at least one
   * @throws IllegalArgumentException if there is no point
   */
  public Series(String name, List<Point> points) {
    this(name, points, Optional.empty(), OptionalInt.empty());
  }

  /**
   * Marks a place of the curve.
   *
   * @param marker what the legend says of it, and where it is on the horizontal axis
   * @return a changed copy
   */
  public Series withThreshold(Marker marker) {
    return new Series(name, points, Optional.of(marker), beside);
  }

  /**
   * Makes this curve the published companion of another one: dotted, and explained once for all.
   *
   * @param index of that curve on the chart, from 0
   * @return a changed copy
   */
  public Series besideCurve(int index) {
    return new Series(name, points, threshold, OptionalInt.of(index));
  }

  boolean hasBand() {
    return points.size() > 1 && points.stream().anyMatch(Point::hasInterval);
  }
}
