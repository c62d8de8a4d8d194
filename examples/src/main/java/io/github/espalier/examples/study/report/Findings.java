package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a study found, in words, each sentence computed from its results. */
final class Findings {
  /** How far below the dense model's a CLIPScore counts as fallen, as a share of it. */
  static final double TOLERANCE = 0.05;

  private Findings() {}

  /** Returns the sentences; none without a CLIPScore of the dense model. */
  static List<String> of(StudyResult result) {
    Optional<ClipResult> dense =
        Curve.dense(result).flatMap(each -> Optional.ofNullable(each.clip()));
    if (dense.isEmpty()) {
      return List.of();
    }
    double level = level(dense.get());
    List<String> sentences = new ArrayList<>();
    for (StudyPart part : StudyPart.values()) {
      part(Curve.of(result, part, Curve.CLIP_SCORE), part, level).ifPresent(sentences::add);
    }
    sentences.add(best(result, level));
    return sentences;
  }

  static double level(ClipResult dense) {
    return dense.mean() - TOLERANCE * Math.abs(dense.mean());
  }

  private static Optional<String> part(List<Curve> curves, StudyPart part, double level) {
    List<String> places = new ArrayList<>();
    for (Curve curve : curves) {
      OptionalDouble place = curve.fallsTo(level);
      places.add(
          curve.experiment().title()
              + (place.isPresent()
                  ? " at " + percent(place.getAsDouble())
                  : " nowhere up to " + percent(last(curve))));
    }
    return places.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Where CLIPScore falls "
                + percent(TOLERANCE)
                + " below the dense model's when the "
                + part.label()
                + " alone is pruned: "
                + String.join("; ", places)
                + ".");
  }

  private static double last(Curve curve) {
    return curve.points().stream().mapToDouble(point -> point.x()).max().orElse(0);
  }

  private static String best(StudyResult result, double level) {
    Optional<ConfigurationResult> best =
        result.configurations().stream()
            .filter(each -> each.clip() != null && each.clip().mean() >= level)
            .filter(each -> each.sparsity().zeros() > 0)
            .max(Comparator.comparingDouble(each -> each.sparsity().ofModel()));
    return best.map(
            each ->
                "The most that was pruned with CLIPScore within "
                    + percent(TOLERANCE)
                    + " of the dense model's: "
                    + percent(each.sparsity().ofModel())
                    + " of the whole model's parameters, by "
                    + each.label()
                    + ".")
        .orElse(
            "No pruned model of this study kept its CLIPScore within "
                + percent(TOLERANCE)
                + " of the dense model's.");
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}
