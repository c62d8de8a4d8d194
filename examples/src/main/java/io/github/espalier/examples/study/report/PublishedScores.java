package io.github.espalier.examples.study.report;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.published.ModelSizes;
import io.github.espalier.examples.study.published.PublishedRun;
import io.github.espalier.examples.study.published.PublishedStudy;
import io.github.espalier.examples.study.published.PublishedTable;
import io.github.espalier.examples.study.published.TextPruning;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.Arrays;
import java.util.Optional;

/** Finds the published experiment, and the published scores, that belong to those of a study. */
final class PublishedScores {
  /** Parameters of Stable Diffusion 2's VAE. */
  private static final long VAE = 83_653_863;

  private static final Recipe MAGNITUDE = Recipe.of("magnitude");

  private final PublishedStudy study;

  private PublishedScores(PublishedStudy study) {
    this.study = study;
  }

  /**
   * Published scores mean nothing beside those of another model: empty unless it is of its size.
   */
  static Optional<PublishedScores> of(StudyResult result) {
    long pruned = ModelSizes.SD2.textEncoder() + ModelSizes.SD2.unet();
    boolean sd2 =
        result.configurations().stream()
            .mapToLong(each -> each.sparsity().parameters())
            .anyMatch(each -> each >= pruned && each <= pruned + VAE);
    return sd2 ? Optional.of(new PublishedScores(PublishedStudy.load())) : Optional.empty();
  }

  PublishedStudy study() {
    return study;
  }

  /** The scores of a point of an experiment; of the dense model without one. */
  Optional<PublishedRun> run(Experiment experiment, Optional<Point> point) {
    if (point.isEmpty()) {
      return Optional.of(study.dense());
    }
    boolean magnitude = experiment.unet().isEmpty() || experiment.unet().get().equals(MAGNITUDE);
    Optional<TextPruning> text =
        experiment.text().isEmpty()
            ? Optional.of(TextPruning.MAGNITUDE)
            : textPruning(experiment.text().get());
    Sparsity none = Sparsity.ZERO;
    return magnitude && text.isPresent()
        ? study.run(text.get(), point.get().text().orElse(none), point.get().unet().orElse(none))
        : Optional.empty();
  }

  /** The published table of an experiment. */
  Optional<PublishedTable> table(Experiment experiment) {
    return tableId(experiment).map(study::table);
  }

  /**
   * Finds what an experiment is in the paper, by what it does and not by its name.
   *
   * @return an id of {@link PublishedStudy}; empty if the paper has no such experiment
   */
  static Optional<String> tableId(Experiment experiment) {
    Optional<TextPruning> text = experiment.text().flatMap(PublishedScores::textPruning);
    boolean magnitude = experiment.unet().filter(MAGNITUDE::equals).isPresent();
    if (experiment.unet().isEmpty()) {
      return experiment.sweep() instanceof Sweep.Single
          ? text.map(PublishedScores::textTable)
          : Optional.empty();
    }
    if (!magnitude) {
      return Optional.empty();
    }
    if (experiment.text().isEmpty()) {
      return experiment.sweep() instanceof Sweep.Single
          ? Optional.of("unet-magnitude")
          : Optional.empty();
    }
    return text.flatMap(each -> bothTable(experiment.sweep(), each));
  }

  private static String textTable(TextPruning text) {
    return switch (text) {
      case MAGNITUDE -> "text-magnitude";
      case WANDA -> "text-wanda";
      case OWL_MAGNITUDE -> "text-owl-magnitude";
      case OWL_WANDA -> "text-owl-wanda";
    };
  }

  private static Optional<String> bothTable(Sweep sweep, TextPruning text) {
    String base =
        sweep instanceof Sweep.Ratios ? "ratios" : sweep instanceof Sweep.Descent ? "descent" : "";
    if (base.isEmpty() || text.method().equals("wanda")) {
      return Optional.empty();
    }
    return Optional.of(text == TextPruning.MAGNITUDE ? base : base + "-owl");
  }

  private static Optional<TextPruning> textPruning(Recipe recipe) {
    return Arrays.stream(TextPruning.values())
        .filter(each -> each.method().equals(recipe.methodName()))
        .filter(each -> each.allocation().equals(recipe.allocationName()))
        .filter(each -> recipe.selectionText().equals(MAGNITUDE.selectionText()))
        .filter(each -> recipe.options().isEmpty() && recipe.patternLabel().isEmpty())
        .findFirst();
  }
}
