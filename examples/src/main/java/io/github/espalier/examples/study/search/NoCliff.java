package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;

/**
 * There is no cliff in range: at the highest sparsity, the scores are kept. Immutable.
 *
 * @param highest the end of the range
 * @param evaluations the evaluation of the highest sparsity
 */
public record NoCliff(Sparsity highest, List<Evaluation<Sparsity>> evaluations)
    implements ThresholdOutcome {
  /**
   * Copies the list.
   *
   * @param highest the end of the range
   * @param evaluations the evaluation of the highest sparsity
   */
  public NoCliff {
    evaluations = ImmutableList.copyOf(evaluations);
  }

  /**
   * Returns whether this holds for the whole confidence interval.
   *
   * @return whether all values in the interval at the highest sparsity are within the tolerance
   */
  public boolean certain() {
    return evaluations.get(0).verdict() == Verdict.KEPT;
  }
}
