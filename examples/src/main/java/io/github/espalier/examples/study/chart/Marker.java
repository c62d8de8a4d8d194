package io.github.espalier.examples.study.chart;

/**
 * A line across a chart, such as a threshold (upright) or the dense model's score (level).
 *
 * @param label what is written at it
 * @param at where it is on the axis that it crosses, finite
 */
public record Marker(String label, double at) {
  /**
   * Checks the place.
   *
   * @param label what is written at it
   * @param at where it is
   * @throws IllegalArgumentException if it is not finite
   */
  public Marker {
    if (!Double.isFinite(at)) {
      throw new IllegalArgumentException("marker " + label + " is at " + at);
    }
  }
}
