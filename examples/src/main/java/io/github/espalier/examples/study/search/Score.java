package io.github.espalier.examples.study.search;

/**
 * A measured score. Immutable.
 *
 * @param value the estimate, such as the mean over images
 * @param halfWidth half the width of its confidence interval
 */
public record Score(double value, double halfWidth) {
  /**
   * Checks the numbers.
   *
   * @param value the estimate, finite
   * @param halfWidth half the width of its confidence interval, finite and at least 0
   * @throws IllegalArgumentException if they are not
   */
  public Score {
    if (!Double.isFinite(value) || !Double.isFinite(halfWidth) || halfWidth < 0) {
      throw new IllegalArgumentException(
          "score "
              + value
              + " within "
              + halfWidth
              + ": expected finite numbers, the second at least 0");
    }
  }

  /**
   * Makes a score that has no error.
   *
   * @param value the score, finite
   * @return the score, with a half width of 0
   * @throws IllegalArgumentException if the value is not finite
   */
  public static Score exact(double value) {
    return new Score(value, 0);
  }
}
