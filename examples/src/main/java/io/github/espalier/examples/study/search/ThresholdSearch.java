package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the sparsity at which scores drop off, by bisection. Immutable and without state: {@link
 * #run} may be called by several threads.
 *
 * <p>The sparsities are the {@linkplain SparsityRange#levels levels} of the range. Dense, the first
 * of them, is kept by definition and is not evaluated. The first evaluation is at the highest: if
 * the scores are kept there, there is no cliff in range. Otherwise bisection finds two neighbours,
 * the lower of them kept and the upper fallen, in at most {@link #mostEvaluations()} evaluations:
 * in the worst case, nothing that can tell each cliff from its neighbours needs fewer, but for the
 * first.
 *
 * <p>What is guaranteed:
 *
 * <ul>
 *   <li>Whatever the scores are, the search ends within that count, asks for no sparsity twice, and
 *       its two neighbours were measured kept (or are dense) and fallen.
 *   <li>If the scores only get worse with sparsity, it is the only such pair.
 *   <li>If so do the true scores, and each measured worsening is off by at most <i>e</i>, then the
 *       result lies between (inclusively) the results for exact scores with the tolerance less
 *       <i>e</i> and with the tolerance plus <i>e</i>: noise moves the threshold no further than
 *       the curve needs to cross 2<i>e</i>. {@link ThresholdFound#certainlyKept()} and {@link
 *       ThresholdFound#certainlyFallen()} enclose the threshold of the true scores wherever the
 *       confidence intervals hold.
 *   <li>Scores that recover may cross several times: then one of the crossings is found, or none if
 *       they are kept at the highest sparsity.
 * </ul>
 *
 * @param tolerance when scores are kept
 * @param range where to search
 * @param step distance of the sparsities, the tolerance of the result
 */
public record ThresholdSearch(Tolerance tolerance, SparsityRange range, Sparsity step) {
  /**
   * Checks the step.
   *
   * @param tolerance when scores are kept
   * @param range where to search
   * @param step distance of the sparsities, one that the range has {@link SparsityRange#levels} of
   * @throws IllegalArgumentException if the step is out of range
   */
  public ThresholdSearch {
    range.levels(step);
  }

  /**
   * Returns how many evaluations there can be.
   *
   * @return for <i>n</i> levels besides dense, 1 + ceil(log2(<i>n</i>))
   */
  public int mostEvaluations() {
    int steps = range.levels(step).size() - 1;
    return 1 + Integer.SIZE - Integer.numberOfLeadingZeros(steps - 1);
  }

  /**
   * Searches.
   *
   * @param evaluator scores a sparsity; must give a score for each criterion
   * @return the threshold, or that there is none
   * @throws IOException if the evaluator throws it
   * @throws IllegalArgumentException if a score is missing
   */
  public ThresholdOutcome run(Evaluator<Sparsity> evaluator) throws IOException {
    return run(evaluator, evaluation -> {});
  }

  /**
   * Searches, and tells of each evaluation as it comes.
   *
   * @param evaluator scores a sparsity; must give a score for each criterion
   * @param listener hears of each evaluation
   * @return the threshold, or that there is none
   * @throws IOException if the evaluator throws it
   * @throws IllegalArgumentException if a score is missing
   */
  public ThresholdOutcome run(
      Evaluator<Sparsity> evaluator, Consumer<Evaluation<Sparsity>> listener) throws IOException {
    ImmutableList<Sparsity> levels = range.levels(step);
    List<Evaluation<Sparsity>> evaluations = new ArrayList<>();
    int kept = 0;
    int fallen = levels.size();
    while (fallen - kept > 1) {
      int next = evaluations.isEmpty() ? levels.size() - 1 : (kept + fallen) / 2;
      Evaluation<Sparsity> evaluation = tolerance.evaluate(levels.get(next), evaluator);
      listener.accept(evaluation);
      evaluations.add(evaluation);
      if (evaluation.kept()) {
        kept = next;
      } else {
        fallen = next;
      }
    }
    return fallen == levels.size()
        ? new NoCliff(range.highest(), evaluations)
        : new ThresholdFound(levels.get(kept), levels.get(fallen), evaluations);
  }
}
