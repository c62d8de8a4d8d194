package io.github.espalier.examples.study.limit;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.published.ComponentSparsities;
import io.github.espalier.examples.study.search.JointGrid;
import io.github.espalier.examples.study.search.SparsityRange;
import java.util.Optional;

/**
 * How far text encoder and U-Net can be pruned together, so that most of the model is removed while
 * its scores are kept. Immutable.
 *
 * @param plan which images are made and how they are scored, see {@link Limits#plan()}
 * @param text how the text encoder is pruned
 * @param unet how the U-Net is pruned
 * @param criteria when scores are kept
 * @param textRange where to search for the text encoder's sparsity
 * @param unetRange where to search for the U-Net's
 * @param precision distance of the sparsities that are tried
 */
public record SplitQuestion(
    StudyPlan plan,
    Recipe text,
    Recipe unet,
    LimitCriteria criteria,
    SparsityRange textRange,
    SparsityRange unetRange,
    Sparsity precision) {
  /**
   * Checks that this can be searched.
   *
   * @param plan which images are made and how they are scored
   * @param text how the text encoder is pruned
   * @param unet how the U-Net is pruned
   * @param criteria when scores are kept
   * @param textRange where to search for the text encoder's sparsity
   * @param unetRange where to search for the U-Net's
   * @param precision distance of the sparsities that are tried
   * @throws IllegalArgumentException if the precision does not fit the ranges or gives more than
   *     10,000 combinations, a recipe fixes the sparsity or is not for its part, or the criteria
   *     need scores that the plan has not
   */
  public SplitQuestion {
    JointGrid.steps(textRange, unetRange, precision);
    Questions.requireScores(plan, criteria);
    Questions.requireRecipe(StudyPart.TEXT, text);
    Questions.requireRecipe(StudyPart.UNET, unet);
  }

  JointGrid grid() {
    return JointGrid.steps(textRange, unetRange, precision);
  }

  Configuration configuration(ComponentSparsities sparsities) {
    return new Configuration(
        Optional.of(new PrunedPart(text, sparsities.textEncoder())),
        Optional.of(new PrunedPart(unet, sparsities.unet())));
  }
}
