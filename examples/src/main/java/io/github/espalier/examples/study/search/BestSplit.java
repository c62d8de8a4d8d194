package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.published.ComponentSparsities;
import java.util.List;

/**
 * The combination that removes most while the scores are kept. Immutable.
 *
 * @param best the combination, which was evaluated
 * @param ofModel its pruned weights as a share of the whole model
 * @param evaluations what was evaluated, in this order
 */
public record BestSplit(
    Evaluation<ComponentSparsities> best,
    Sparsity ofModel,
    List<Evaluation<ComponentSparsities>> evaluations)
    implements JointOutcome {
  /**
   * Copies the list.
   *
   * @param best the combination
   * @param ofModel its pruned weights as a share of the whole model
   * @param evaluations what was evaluated, in this order
   */
  public BestSplit {
    evaluations = ImmutableList.copyOf(evaluations);
  }
}
