package io.github.espalier.examples.study.search;

import java.util.Map;

/**
 * How much worse than dense a score may get. Immutable.
 *
 * <p>The confidence interval of the worsening has a half width of <i>sqrt(a² + b²)</i>, <i>a</i>
 * that of the score and <i>b</i> that of the dense one, which holds for independent measurements of
 * the same confidence level. Where both come from the same captions and seeds, the mean of the
 * differences has a narrower interval: then give {@code dense} no width, and scores that of the
 * difference.
 *
 * @param score name of the score
 * @param direction which values are good
 * @param dense the score of the model that was not pruned
 * @param tolerance how much worse than dense a score may be and still be kept
 * @param cautious whether a score is kept only if its whole confidence interval is; otherwise its
 *     value decides
 */
public record Criterion(
    String score, Direction direction, Score dense, double tolerance, boolean cautious) {
  /**
   * Checks the tolerance.
   *
   * @param score name of the score
   * @param direction which values are good
   * @param dense the score of the model that was not pruned
   * @param tolerance finite and above 0
   * @param cautious whether a score is kept only if its whole confidence interval is
   * @throws IllegalArgumentException if the tolerance is not
   */
  public Criterion {
    if (!(tolerance > 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "tolerance of " + score + " is " + tolerance + ": expected a finite number above 0");
    }
  }

  /**
   * Makes a criterion of which the value decides, not its interval.
   *
   * @param score name of the score
   * @param direction which values are good
   * @param dense the score of the model that was not pruned
   * @param tolerance finite and above 0
   * @return the criterion
   * @throws IllegalArgumentException if the tolerance is out of range
   */
  public static Criterion of(String score, Direction direction, Score dense, double tolerance) {
    return new Criterion(score, direction, dense, tolerance, false);
  }

  /**
   * Sets whether the whole confidence interval must be within the tolerance. With caution, a
   * tolerance that is narrower than the intervals keeps nothing but dense.
   *
   * @param cautious whether it must
   * @return a changed copy
   */
  public Criterion withCaution(boolean cautious) {
    return new Criterion(score, direction, dense, tolerance, cautious);
  }

  /**
   * Says what the confidence interval says.
   *
   * @param measured a score of this name
   * @return the verdict
   */
  public Verdict judge(Score measured) {
    double worse = worsening(measured);
    double width = Math.hypot(measured.halfWidth(), dense.halfWidth());
    if (worse + width <= tolerance) {
      return Verdict.KEPT;
    }
    return worse - width > tolerance ? Verdict.FALLEN : Verdict.UNDECIDED;
  }

  boolean keeps(Score measured) {
    return cautious ? judge(measured) == Verdict.KEPT : worsening(measured) <= tolerance;
  }

  Score of(Map<String, Score> scores) {
    Score found = scores.get(score);
    if (found == null) {
      throw new IllegalArgumentException(
          "no score '" + score + "': the evaluation gave " + scores.keySet());
    }
    return found;
  }

  private double worsening(Score measured) {
    double fall = dense.value() - measured.value();
    return direction == Direction.HIGHER_IS_BETTER ? fall : -fall;
  }
}
