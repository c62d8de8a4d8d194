package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Point;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.published.PublishedRun;
import io.github.espalier.examples.study.published.PublishedTable;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Curves of scores by any denominator, and where CLIPScore gives way on them. */
final class Thresholds {
  private final StudyResult result;
  private final Optional<PublishedScores> published;

  Thresholds(StudyResult result) {
    this.result = result;
    this.published = PublishedScores.of(result);
  }

  /** The part that an experiment prunes alone, to several sparsities. */
  static Optional<StudyPart> part(Experiment experiment) {
    List<StudyPart> parts = StudyTables.parts(experiment);
    return parts.size() == 1 && experiment.sweep() instanceof Sweep.Single
        ? Optional.of(parts.get(0))
        : Optional.empty();
  }

  /** The points of an experiment that were measured, the dense model first. */
  List<Point> points(Experiment experiment, Denominator denominator, Curve.Measure measure) {
    StudyPart part = part(experiment).orElseThrow();
    List<ConfigurationResult> found = new ArrayList<>();
    Curve.dense(result).ifPresent(found::add);
    experiment.points().forEach(each -> result.at(each).ifPresent(found::add));
    List<Point> points = new ArrayList<>();
    for (ConfigurationResult each : found) {
      measure
          .apply(each)
          .ifPresent(
              score ->
                  points.add(
                      new Point(
                          denominator.of(each.sparsity(), part),
                          score.value(),
                          score.low(),
                          score.high())));
    }
    return points;
  }

  /** The level that counts as fallen: that of the findings. */
  Optional<Double> level() {
    return clip().map(Findings::level);
  }

  private Optional<ClipResult> clip() {
    return Curve.dense(result).flatMap(each -> Optional.ofNullable(each.clip()));
  }

  /** Where an experiment's CLIPScore falls to that level. */
  OptionalDouble of(Experiment experiment, Denominator denominator) {
    double broken = broken(experiment, denominator).orElse(Double.MAX_VALUE);
    List<Point> points =
        points(experiment, denominator, Curve.CLIP_SCORE).stream()
            .filter(each -> each.x() < broken)
            .toList();
    return points.isEmpty() || level().isEmpty()
        ? OptionalDouble.empty()
        : falls(experiment, points, level().get());
  }

  /** The least sparsity whose images could not be scored. */
  private OptionalDouble broken(Experiment experiment, Denominator denominator) {
    StudyPart part = part(experiment).orElseThrow();
    return experiment.points().stream()
        .flatMap(each -> result.at(each).stream())
        .filter(each -> each.clip() == null)
        .mapToDouble(each -> denominator.of(each.sparsity(), part))
        .min();
  }

  /** Where the published CLIPScore falls as far below that of the published dense model. */
  OptionalDouble published(Experiment experiment) {
    Optional<PublishedTable> table = published.flatMap(each -> each.table(experiment));
    if (table.isEmpty()) {
      return OptionalDouble.empty();
    }
    StudyPart part = part(experiment).orElseThrow();
    double dense = published.orElseThrow().study().dense().clipScore();
    List<Point> points =
        table.get().rows().stream()
            .map(run -> Point.exact(sparsity(run, part), run.clipScore()))
            .toList();
    return falls(experiment, points, dense * (1 - Findings.TOLERANCE));
  }

  static double sparsity(PublishedRun run, StudyPart part) {
    return (part == StudyPart.TEXT ? run.textEncoder() : run.unet()).fraction();
  }

  private static OptionalDouble falls(Experiment experiment, List<Point> points, double level) {
    return new Curve(experiment, part(experiment).orElseThrow(), points).fallsTo(level);
  }

  /** A table of all experiments with a single part; empty without a CLIPScore. */
  Optional<ReportTable> table() {
    List<String> columns = new ArrayList<>(List.of("experiment"));
    for (Denominator each : Denominator.values()) {
      columns.add("of the " + each.label());
    }
    published.ifPresent(each -> columns.add("published, of the selected weights"));
    List<List<String>> rows = new ArrayList<>();
    for (Experiment each : result.plan().experiments()) {
      if (part(each).isPresent()) {
        rows.add(row(each));
      }
    }
    return rows.isEmpty() || level().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReportTable(
                "study_thresholds",
                "Thresholds",
                "Sparsity at which CLIPScore has fallen "
                    + Numbers.shortPercent(Findings.TOLERANCE)
                    + " below the dense model's, on a straight line between the points beside it.",
                columns,
                rows));
  }

  private List<String> row(Experiment experiment) {
    List<String> cells = new ArrayList<>(List.of(experiment.title()));
    for (Denominator each : Denominator.values()) {
      OptionalDouble at = of(experiment, each);
      OptionalDouble broken = broken(experiment, each);
      cells.add(
          at.isEmpty() && broken.isPresent()
              ? "no images from " + Numbers.percent(broken.getAsDouble())
              : cell(at));
    }
    if (published.isPresent()) {
      boolean there = published.get().table(experiment).isPresent();
      cells.add(there ? cell(published(experiment)) : "");
    }
    return cells;
  }

  private static String cell(OptionalDouble at) {
    return at.isPresent() ? Numbers.percent(at.getAsDouble()) : "not reached";
  }
}
