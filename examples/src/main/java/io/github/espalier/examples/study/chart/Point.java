package io.github.espalier.examples.study.chart;

/**
 * A measured point of a curve.
 *
 * @param x where it is on the horizontal axis, finite
 * @param y its value, finite
 * @param low lower end of its confidence interval, at most {@code y}
 * @param high upper end of its confidence interval, at least {@code y}
 */
public record Point(double x, double y, double low, double high) {
  /**
   * Checks the values.
   *
   * @param x where it is
   * @param y its value
   * @param low lower end of its confidence interval
   * @param high upper end of its confidence interval
   * @throws IllegalArgumentException if one is not finite, or the value is not in its interval
   */
  public Point {
    if (!Double.isFinite(x) || !Double.isFinite(low) || !Double.isFinite(high)) {
      throw new IllegalArgumentException(
          "a point must be finite, but is at " + x + " from " + low + " to " + high);
    }
    if (!(low <= y && y <= high)) {
      throw new IllegalArgumentException(
          "value is " + y + ", but must be in its interval from " + low + " to " + high);
    }
  }

  /**
   * Makes a point whose confidence is not known.
   *
   * @param x where it is on the horizontal axis, finite
   * @param y its value, finite
   * @return a point with an interval of no width
   * @throws IllegalArgumentException if a value is not finite
   */
  public static Point exact(double x, double y) {
    return new Point(x, y, y, y);
  }

  boolean hasInterval() {
    return low < high;
  }
}
