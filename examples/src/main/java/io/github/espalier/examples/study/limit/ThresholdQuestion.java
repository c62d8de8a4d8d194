package io.github.espalier.examples.study.limit;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.search.SparsityRange;
import java.util.Optional;

/**
 * Where the scores of a model drop off while one part of it is pruned further and further.
 * Immutable.
 *
 * @param plan which images are made and how they are scored, see {@link Limits#plan()}
 * @param part what is pruned
 * @param recipe how
 * @param criteria when scores are kept
 * @param range where to search
 * @param precision distance of the sparsities that are tried
 */
public record ThresholdQuestion(
    StudyPlan plan,
    StudyPart part,
    Recipe recipe,
    LimitCriteria criteria,
    SparsityRange range,
    Sparsity precision) {
  /**
   * Checks that this can be searched.
   *
   * @param plan which images are made and how they are scored
   * @param part what is pruned
   * @param recipe how
   * @param criteria when scores are kept
   * @param range where to search
   * @param precision distance of the sparsities that are tried
   * @throws IllegalArgumentException if the precision does not fit the range, the recipe fixes the
   *     sparsity or is not for this part, or the criteria need scores that the plan has not
   */
  public ThresholdQuestion {
    range.levels(precision);
    Questions.requireScores(plan, criteria);
    Questions.requireRecipe(part, recipe);
  }

  Configuration configuration(Sparsity sparsity) {
    Optional<PrunedPart> pruned = Optional.of(new PrunedPart(recipe, sparsity));
    return switch (part) {
      case TEXT -> new Configuration(pruned, Optional.empty());
      case UNET -> new Configuration(Optional.empty(), pruned);
    };
  }

  /**
   * Returns what the file of the answer is called in a search's folder, by part and method, so that
   * several questions may share one.
   *
   * @return such as {@code threshold-text-magnitude.json}
   */
  public String fileName() {
    return "threshold-" + part.key() + "-" + recipe.methodName() + ".json";
  }
}
