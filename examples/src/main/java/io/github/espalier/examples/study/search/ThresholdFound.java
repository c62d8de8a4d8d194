package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The drop-off, as two neighbouring sparsities on its two sides. Immutable.
 *
 * @param kept highest sparsity found whose scores are kept; 0, if so, stands for the dense model
 * @param fallen the next one, whose scores are not
 * @param evaluations what was evaluated, in this order
 */
public record ThresholdFound(Sparsity kept, Sparsity fallen, List<Evaluation<Sparsity>> evaluations)
    implements ThresholdOutcome {
  /**
   * Copies the list.
   *
   * @param kept highest sparsity found whose scores are kept
   * @param fallen the next one, whose scores are not
   * @param evaluations what was evaluated, in this order
   */
  public ThresholdFound {
    evaluations = ImmutableList.copyOf(evaluations);
  }

  /**
   * Returns how far the scores are kept for certain.
   *
   * @return highest evaluated sparsity whose whole confidence interval is within the tolerance, at
   *     most {@link #kept()}; 0 if there is none
   */
  public Sparsity certainlyKept() {
    return with(Verdict.KEPT).max(Comparator.naturalOrder()).orElse(Sparsity.ZERO);
  }

  /**
   * Returns from where on the scores have fallen for certain.
   *
   * @return lowest evaluated sparsity whose whole confidence interval is out of tolerance, at least
   *     {@link #fallen()}; empty if there is none
   */
  public Optional<Sparsity> certainlyFallen() {
    return with(Verdict.FALLEN).min(Comparator.naturalOrder());
  }

  private Stream<Sparsity> with(Verdict verdict) {
    return evaluations.stream()
        .filter(each -> each.verdict() == verdict)
        .map(Evaluation::configuration);
  }
}
