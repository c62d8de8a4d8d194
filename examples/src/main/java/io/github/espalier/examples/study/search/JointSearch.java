package io.github.espalier.examples.study.search;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.published.ComponentSparsities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sparsities of text encoder and U-Net that together remove most weights while the scores
 * are kept. Immutable and without state: {@link #run} may be called by several threads.
 *
 * <p>The assumption: where the scores of a combination are kept, they are with less pruning of
 * either component, too; and dense is kept. Then what is kept is the part of the grid below a
 * staircase. Each fallen combination rules out all beyond it, each kept one all that remove no
 * more. The next combination is the one whose less telling answer settles most of those that are
 * open, as long as a walk along the staircase can still end the search within {@link
 * #mostEvaluations()}. It is seldom near that bound, which is 49 for 20 by 20 sparsities: about 20
 * evaluations then find and prove the best one.
 *
 * <p>What is guaranteed:
 *
 * <ul>
 *   <li>Whatever the scores are, the search ends within that count, asks for no combination twice,
 *       and its result was measured kept.
 *   <li>Under the assumption, nothing on the grid that is kept removes more.
 *   <li>If the true scores only get worse with either sparsity, and each measured worsening is off
 *       by at most <i>e</i>, the result's true scores are within the tolerance plus <i>e</i>, and
 *       it removes no less than the best combination within the tolerance less <i>e</i>.
 *   <li>Where the assumption fails, better combinations beyond fallen ones are missed.
 * </ul>
 *
 * @param tolerance when scores are kept
 * @param grid what to choose from
 * @param weights what the sparsities are shares of
 */
public record JointSearch(Tolerance tolerance, JointGrid grid, SelectedWeights weights) {
  /**
   * Returns how many evaluations there can be.
   *
   * @return for <i>r</i> sparsities of the text encoder and <i>c</i> of the U-Net, those of 0
   *     included, <i>r + c - 1</i> + ceil(log2(<i>r</i>)) + ceil(log2(<i>c</i>))
   */
  public int mostEvaluations() {
    return JointFrontier.mostQuestions(grid.textEncoder().size(), grid.unet().size());
  }

  /**
   * Searches.
   *
   * @param evaluator scores a combination; must give a score for each criterion
   * @return the best combination, or that there is none
   * @throws IOException if the evaluator throws it
   * @throws IllegalArgumentException if a score is missing
   */
  public JointOutcome run(Evaluator<ComponentSparsities> evaluator) throws IOException {
    return run(evaluator, evaluation -> {});
  }

  /**
   * Searches, and tells of each evaluation as it comes.
   *
   * @param evaluator scores a combination; must give a score for each criterion
   * @param listener hears of each evaluation
   * @return the best combination, or that there is none
   * @throws IOException if the evaluator throws it
   * @throws IllegalArgumentException if a score is missing
   */
  public JointOutcome run(
      Evaluator<ComponentSparsities> evaluator, Consumer<Evaluation<ComponentSparsities>> listener)
      throws IOException {
    List<ComponentSparsities> cells = cells();
    long[] removed = cells.stream().mapToLong(weights::pruned).toArray();
    JointFrontier frontier = new JointFrontier(removed, grid.unet().size());
    List<Evaluation<ComponentSparsities>> evaluations = new ArrayList<>();
    @Nullable Evaluation<ComponentSparsities> best = null;
    while (frontier.isOpen()) {
      int cell = frontier.next();
      Evaluation<ComponentSparsities> evaluation = tolerance.evaluate(cells.get(cell), evaluator);
      listener.accept(evaluation);
      evaluations.add(evaluation);
      frontier.answer(cell, evaluation.kept());
      // An open cell removes more than the best so far.
      best = evaluation.kept() ? evaluation : best;
    }
    return best == null
        ? new OnlyDense(evaluations)
        : new BestSplit(best, weights.ofModel(best.configuration()), evaluations);
  }

  private List<ComponentSparsities> cells() {
    List<ComponentSparsities> cells = new ArrayList<>();
    for (Sparsity text : grid.textEncoder()) {
      for (Sparsity unet : grid.unet()) {
        cells.add(new ComponentSparsities(text, unet));
      }
    }
    return cells;
  }
}
