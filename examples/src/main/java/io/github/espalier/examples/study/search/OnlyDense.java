package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.examples.study.published.ComponentSparsities;
import java.util.List;

/**
 * No combination on the grid that removes weights keeps the scores. Immutable.
 *
 * @param evaluations what was evaluated, in this order
 */
public record OnlyDense(List<Evaluation<ComponentSparsities>> evaluations) implements JointOutcome {
  /**
   * Copies the list.
   *
   * @param evaluations what was evaluated, in this order
   */
  public OnlyDense {
    evaluations = ImmutableList.copyOf(evaluations);
  }
}
