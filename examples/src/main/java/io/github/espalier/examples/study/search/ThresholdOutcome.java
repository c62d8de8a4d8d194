package io.github.espalier.examples.study.search;

import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;

/** What a search for the drop-off found. */
public sealed interface ThresholdOutcome permits ThresholdFound, NoCliff {
  /**
   * Returns what was evaluated, in this order.
   *
   * @return one or more, each sparsity once
   */
  List<Evaluation<Sparsity>> evaluations();
}
