package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the sparsity at which scores drop off, by bisection. Immutable and without state: {@link
 * #run} may be called by several threads.
 *
 * <p>The sparsities are the multiples of {@code step} and {@code highest}. Dense is kept by
 * definition and is not evaluated. The first evaluation is at {@code highest}: if the scores are
 * kept there, there is no cliff in range. Otherwise bisection finds two neighbours, the lower of
 * them kept and the upper fallen, in at most {@link #mostEvaluations()} evaluations: in the worst
 * case, nothing that can tell each cliff from its neighbours needs fewer, but for the first.
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
 *       they are kept at {@code highest}.
 * </ul>
 *
 * @param tolerance when scores are kept
 * @param highest end of the range
 * @param step distance of the sparsities, the tolerance of the result
 */
public record ThresholdSearch(Tolerance tolerance, Sparsity highest, Sparsity step) {
  /**
   * Checks the range.
   *
   * @param tolerance when scores are kept
   * @param highest end of the range
   * @param step distance of the sparsities: above 0, at most {@code highest}, at least a ten
   *     thousandth of it
   * @throws IllegalArgumentException if the step is out of range
   */
  public ThresholdSearch {
    Levels.of(highest, step);
  }

  /**
   * Returns how many evaluations there can be.
   *
   * @return for <i>n</i> steps, 1 + ceil(log2(<i>n</i>))
   */
  public int mostEvaluations() {
    int steps = Levels.of(highest, step).size() - 1;
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
    ImmutableList<Sparsity> levels = Levels.of(highest, step);
    List<Evaluation<Sparsity>> evaluations = new ArrayList<>();
    evaluations.add(tolerance.evaluate(highest, evaluator));
    if (evaluations.get(0).kept()) {
      return new NoCliff(highest, evaluations);
    }
    int kept = 0;
    int fallen = levels.size() - 1;
    while (fallen - kept > 1) {
      int middle = (kept + fallen) / 2;
      Evaluation<Sparsity> evaluation = tolerance.evaluate(levels.get(middle), evaluator);
      evaluations.add(evaluation);
      if (evaluation.kept()) {
        kept = middle;
      } else {
        fallen = middle;
      }
    }
    return new ThresholdFound(levels.get(kept), levels.get(fallen), evaluations);
  }
}
