package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Point;
import io.github.espalier.examples.study.chart.Series;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A score along the sparsity of one part of the model, the dense model first.
 *
 * @param experiment whose curve it is
 * @param part what is pruned
 * @param points by the sparsity of the selected weights of the part
 */
record Curve(Experiment experiment, StudyPart part, List<Point> points) {
  /** Takes a score with its interval out of a result; empty if it was not measured. */
  @FunctionalInterface
  interface Measure extends Function<ConfigurationResult, Optional<Interval>> {}

  /** A score and the ends of its confidence interval. */
  record Interval(double value, double low, double high) {}

  static final Measure CLIP_SCORE =
      result ->
          Optional.ofNullable(result.clip())
              .map(clip -> new Interval(clip.mean(), clip.low(), clip.high()));

  static final Measure DISTANCE =
      result ->
          Optional.ofNullable(result.distance())
              .map(each -> new Interval(each.value(), each.value(), each.value()));

  /** Finds the curves of all experiments that prune one part to several sparsities. */
  static List<Curve> of(StudyResult result, StudyPart part, Measure measure) {
    List<Curve> curves = new ArrayList<>();
    for (Experiment experiment : result.plan().experiments()) {
      if (!prunesOnly(experiment, part) || !(experiment.sweep() instanceof Sweep.Single)) {
        continue;
      }
      Curve curve = of(result, experiment, part, measure);
      if (curve.points().size() > 1) {
        curves.add(curve);
      }
    }
    return curves;
  }

  /** Finds the curve of an experiment; without the models that were not measured. */
  static Curve of(StudyResult result, Experiment experiment, StudyPart part, Measure measure) {
    List<Point> points = new ArrayList<>();
    dense(result).flatMap(measure).ifPresent(score -> points.add(point(0, score)));
    for (var place : experiment.points()) {
      result
          .at(place)
          .filter(found -> sparsity(found, part) > 0)
          .ifPresent(
              found ->
                  measure
                      .apply(found)
                      .ifPresent(score -> points.add(point(sparsity(found, part), score))));
    }
    return new Curve(experiment, part, points);
  }

  /** Leaves out what is pruned to a sparsity or beyond. */
  Curve below(double sparsity) {
    return new Curve(
        experiment, part, points.stream().filter(each -> each.x() < sparsity).toList());
  }

  static boolean prunesOnly(Experiment experiment, StudyPart part) {
    return experiment.text().isPresent() == (part == StudyPart.TEXT)
        && experiment.unet().isPresent() == (part == StudyPart.UNET);
  }

  static Optional<ConfigurationResult> dense(StudyResult result) {
    return result.configurations().stream().filter(each -> each.id().equals("dense")).findFirst();
  }

  static double sparsity(ConfigurationResult result, StudyPart part) {
    return part == StudyPart.TEXT
        ? result.sparsity().textOfSelected()
        : result.sparsity().unetOfSelected();
  }

  private static Point point(double sparsity, Interval score) {
    return new Point(sparsity, score.value(), score.low(), score.high());
  }

  Series series() {
    return new Series(experiment.title(), points);
  }

  /**
   * Where the score first falls to a level, by a straight line between the points on both sides.
   *
   * @return a sparsity; empty if the score stays above the level
   */
  OptionalDouble fallsTo(double level) {
    List<Point> sorted = series().points();
    for (int i = 1; i < sorted.size(); i++) {
      Point before = sorted.get(i - 1);
      Point after = sorted.get(i);
      if (before.y() > level && after.y() <= level) {
        double share = (before.y() - level) / (before.y() - after.y());
        return OptionalDouble.of(before.x() + share * (after.x() - before.x()));
      }
    }
    return OptionalDouble.empty();
  }
}
