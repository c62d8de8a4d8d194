package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.published.ModelSizes;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a study found, in words, each sentence computed from its results. */
final class Findings {
  /** How far below the dense model's a CLIPScore counts as fallen, as a share of it. */
  static final double TOLERANCE = 0.05;

  private static final String NONE =
      "There is no CLIPScore of the dense model, so that nothing can be said of what pruning costs.";

  private Findings() {}

  /** Returns a finding for each part that was studied, and one for the split between them. */
  static List<String> of(StudyResult result) {
    Optional<ClipResult> dense = dense(result);
    if (dense.isEmpty()) {
      return List.of(NONE);
    }
    double level = level(dense.get());
    Optional<PartFinding> text = PartFinding.of(result, StudyPart.TEXT, level);
    Optional<PartFinding> unet = PartFinding.of(result, StudyPart.UNET, level);
    List<String> sentences = new ArrayList<>();
    text.ifPresent(each -> sentences.add(each.sentences()));
    unet.ifPresent(
        each ->
            sentences.add(
                each.sentences()
                    + text.map(other -> " " + PartFinding.compare(other, each)).orElse("")));
    sentences.add(new SplitFinding(result, level).sentences());
    return sentences;
  }

  /**
   * Says whether the parts give way as the paper saw it in Stable Diffusion 2: the text encoder at
   * a cliff and the U-Net gradually. Empty if that is not known of both.
   */
  static Optional<String> besideThePaper(StudyResult result) {
    Optional<Double> level = dense(result).map(Findings::level);
    Optional<Boolean> text = level.flatMap(each -> cliff(result, StudyPart.TEXT, each));
    Optional<Boolean> unet = level.flatMap(each -> cliff(result, StudyPart.UNET, each));
    if (text.isEmpty() || unet.isEmpty()) {
      return Optional.empty();
    }
    String paper =
        "In the paper, the text encoder of Stable Diffusion 2 gives way at a cliff and the U-Net"
            + " declines gradually. ";
    if (text.get() && !unet.get()) {
      return Optional.of(paper + "So it is here.");
    }
    String here =
        text.equals(unet)
            ? (text.get() ? "both have a cliff" : "neither has a cliff")
            : "only the U-Net has a cliff";
    return Optional.of(paper + "Not so here: " + here + "." + reason(result));
  }

  private static Optional<Boolean> cliff(StudyResult result, StudyPart part, double level) {
    return PartFinding.of(result, part, level).flatMap(PartFinding::cliff);
  }

  private static String reason(StudyResult result) {
    long parameters =
        Curve.dense(result).map(each -> each.sparsity().parameters()).orElse(Long.MAX_VALUE);
    long there = ModelSizes.SD2.textEncoder() + ModelSizes.SD2.unet();
    return parameters >= there
        ? ""
        : String.format(
            Locale.ROOT,
            " The likely reason is size: with %.1f million parameters, against %,.0f million there,"
                + " a model has fewer weights that others stand in for, and simpler captions to"
                + " understand.",
            parameters / 1e6,
            there / 1e6);
  }

  /** Says what the findings rest on; empty if there are none. */
  static Optional<String> basis(StudyResult result) {
    return dense(result)
        .map(
            clip ->
                String.format(
                    Locale.ROOT,
                    "Each score is the mean of %d images, with its %.0f %% interval. Unnoticed means a"
                        + " CLIPScore at most %s below the dense model's, %s; a cliff, a third of"
                        + " that lost within %.0f points of sparsity.",
                    clip.pairs(),
                    100 * clip.level(),
                    percent(TOLERANCE),
                    score(clip),
                    100 * Decline.WIDTH));
  }

  private static Optional<ClipResult> dense(StudyResult result) {
    return Curve.dense(result).flatMap(each -> Optional.ofNullable(each.clip()));
  }

  static double level(ClipResult dense) {
    return dense.mean() - TOLERANCE * Math.abs(dense.mean());
  }

  static boolean holds(ConfigurationResult result, double level) {
    return result.clip() != null && result.clip().mean() >= level;
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
  }

  static String score(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** A score with its confidence interval. */
  static String score(ClipResult clip) {
    return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", clip.mean(), clip.low(), clip.high());
  }
}
