package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Criteria that must all hold. Immutable.
 *
 * @param criteria one or more
 */
public record Tolerance(List<Criterion> criteria) {
  /**
   * Copies the criteria.
   *
   * @param criteria one or more
   * @throws IllegalArgumentException if there is none
   */
  public Tolerance {
    criteria = ImmutableList.copyOf(criteria);
    if (criteria.isEmpty()) {
      throw new IllegalArgumentException("no criteria: expected one or more");
    }
  }

  /**
   * Makes a tolerance.
   *
   * @param criteria one or more
   * @return the tolerance
   * @throws IllegalArgumentException if there is none
   */
  public static Tolerance of(Criterion... criteria) {
    return new Tolerance(ImmutableList.copyOf(criteria));
  }

  <C> Evaluation<C> evaluate(C configuration, Evaluator<C> evaluator) throws IOException {
    Map<String, Score> scores = evaluator.evaluate(configuration);
    Verdict verdict = Verdict.KEPT;
    boolean kept = true;
    for (Criterion each : criteria) {
      Score score = each.of(scores);
      Verdict next = each.judge(score);
      verdict = next.compareTo(verdict) > 0 ? next : verdict;
      kept &= each.keeps(score);
    }
    return new Evaluation<>(configuration, scores, verdict, kept);
  }
}
