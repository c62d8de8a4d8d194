package io.github.espalier.examples.study.plan;

import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;
import java.util.Optional;

/**
 * One curve or table of a study. Immutable.
 *
 * @param id its name within the plan, such as {@code text-wanda}
 * @param title what it is, for people
 * @param text how the text encoder is pruned; not at all if empty
 * @param unet how the U-Net is pruned; not at all if empty
 * @param sweep how far
 */
public record Experiment(
    String id, String title, Optional<Recipe> text, Optional<Recipe> unet, Sweep sweep) {
  private static final String ID = "[a-z0-9][a-z0-9-]*";

  /**
   * Checks that the parts fit together.
   *
   * @param id its name within the plan
   * @param title what it is
   * @param text how the text encoder is pruned
   * @param unet how the U-Net is pruned
   * @param sweep how far
   * @throws IllegalArgumentException if the name is not made of lower-case letters, digits and
   *     dashes, nothing is pruned, or the sweep is for two parts and only one is pruned
   */
  public Experiment {
    if (!id.matches(ID)) {
      throw new IllegalArgumentException(
          "id '" + id + "' must be of lower-case letters, digits and dashes");
    }
    if (text.isEmpty() && unet.isEmpty()) {
      throw new IllegalArgumentException("nothing is pruned: text, unet or both are needed");
    }
    if (!(sweep instanceof Sweep.Single) && (text.isEmpty() || unet.isEmpty())) {
      throw new IllegalArgumentException("pairs, ratios and a descent are of both text and unet");
    }
  }

  /**
   * Returns the experiment's points.
   *
   * @return in the order of the sweep; two of them may have the same configuration
   */
  public List<Point> points() {
    return sweep.levels().stream().map(this::point).toList();
  }

  private Point point(Sweep.Level level) {
    if (!level.feasible()) {
      return new Point(
          Optional.empty(), Optional.empty(), level.textShare(), level.full(), Optional.empty());
    }
    Optional<PrunedPart> textPart = text.map(each -> new PrunedPart(each, level.text()));
    Optional<PrunedPart> unetPart = unet.map(each -> new PrunedPart(each, level.unet()));
    return new Point(
        Optional.of(textPart.map(PrunedPart::sparsity).orElse(Sparsity.ZERO)),
        Optional.of(unetPart.map(PrunedPart::sparsity).orElse(Sparsity.ZERO)),
        level.textShare(),
        level.full(),
        Optional.of(new Configuration(textPart, unetPart)));
  }
}
