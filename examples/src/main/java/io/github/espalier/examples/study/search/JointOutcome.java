package io.github.espalier.examples.study.search;

import io.github.espalier.examples.study.published.ComponentSparsities;
import java.util.List;

/** What a joint search found. */
public sealed interface JointOutcome permits BestSplit, OnlyDense {
  /**
   * Returns what was evaluated, in this order.
   *
   * @return each combination once
   */
  List<Evaluation<ComponentSparsities>> evaluations();
}
