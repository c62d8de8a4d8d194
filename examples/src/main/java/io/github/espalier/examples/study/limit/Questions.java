package io.github.espalier.examples.study.limit;

import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;

/** What all searches need. */
final class Questions {
  private Questions() {}

  static void requireScores(StudyPlan plan, LimitCriteria criteria) {
    if (!plan.scores().clipScore()) {
      throw new IllegalArgumentException("the plan has no CLIPScore, which decides");
    }
    if (criteria.rise().isPresent() && plan.scores().distance() == WantedScores.Distance.NONE) {
      throw new IllegalArgumentException(
          "a distance may rise by " + criteria.rise().get() + ", but the plan has no distance");
    }
  }

  static void requireRecipe(StudyPart part, Recipe recipe) {
    if (recipe.pattern() instanceof SparsityPattern.Grouped) {
      throw new IllegalArgumentException(
          "pattern "
              + recipe.patternLabel().orElse("")
              + " fixes the sparsity, so that there is none to search for");
    }
    if (part == StudyPart.UNET && recipe.sequential()) {
      throw new IllegalArgumentException(
          "the U-Net has no order of blocks to be calibrated sequentially in; it has packages");
    }
    if (part == StudyPart.TEXT && recipe.packages().isPresent()) {
      throw new IllegalArgumentException(
          "packages are for the U-Net; the text encoder is calibrated sequentially");
    }
  }
}
