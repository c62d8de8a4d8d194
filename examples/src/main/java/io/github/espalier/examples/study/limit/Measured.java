package io.github.espalier.examples.study.limit;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.search.Score;
import io.github.espalier.examples.study.search.Verdict;
import java.util.Optional;

/**
 * A pruned model that a search evaluated. Immutable.
 *
 * @param configuration how it is pruned
 * @param result what came out
 * @param fall how far CLIPScore is below that of the dense model, with half the width of the
 *     difference's confidence interval; empty if images' values are no finite numbers
 * @param verdict what the interval says
 * @param kept whether the search took the scores for kept
 */
public record Measured(
    Configuration configuration,
    ConfigurationResult result,
    Optional<Score> fall,
    Verdict verdict,
    boolean kept) {
  /**
   * Returns how far a part is pruned.
   *
   * @param part the part
   * @return the share of its selected weights, 0 if it is dense
   */
  public Sparsity sparsity(StudyPart part) {
    return configuration.part(part).map(PrunedPart::sparsity).orElse(Sparsity.ZERO);
  }

  /** Tells whether another one is pruned at least as far in both parts, and further in one. */
  boolean isWithin(Measured other) {
    int text = sparsity(StudyPart.TEXT).compareTo(other.sparsity(StudyPart.TEXT));
    int unet = sparsity(StudyPart.UNET).compareTo(other.sparsity(StudyPart.UNET));
    return text <= 0 && unet <= 0 && (text < 0 || unet < 0);
  }
}
