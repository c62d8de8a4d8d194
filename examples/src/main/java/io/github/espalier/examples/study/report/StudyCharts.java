package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Axis;
import io.github.espalier.examples.study.chart.Chart;
import io.github.espalier.examples.study.chart.Marker;
import io.github.espalier.examples.study.chart.Point;
import io.github.espalier.examples.study.chart.Series;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.published.PublishedRun;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Draws each score along the sparsity of each part, by each denominator. */
final class StudyCharts {
  private static final String PERCENT = Numbers.shortPercent(Findings.TOLERANCE);

  private final StudyResult result;
  private final Thresholds thresholds;
  private final Optional<PublishedScores> published;
  private final List<Score> scores;

  /** A score of a study: its name, and where it is in a result and in a published run. */
  private record Score(String name, Curve.Measure measure, boolean clip) {
    double published(PublishedRun run) {
      return clip ? run.clipScore() : run.fid();
    }
  }

  /** A chart, and what its zeros are counted against. */
  record Panel(Denominator denominator, Chart chart) {}

  StudyCharts(StudyResult result) {
    this.result = result;
    this.thresholds = new Thresholds(result);
    this.published = PublishedScores.of(result);
    this.scores =
        List.of(
            new Score("CLIPScore", Curve.CLIP_SCORE, true),
            new Score(DistanceName.of(result), Curve.DISTANCE, false));
  }

  /** The charts of each part and score; each comes once for every denominator. */
  List<Panel> panels() {
    List<Panel> panels = new ArrayList<>();
    for (StudyPart part : StudyPart.values()) {
      for (Score score : scores) {
        List<Experiment> experiments = experiments(part, score);
        int most = published.isPresent() ? Chart.MOST_SERIES / 2 : Chart.MOST_SERIES;
        for (int from = 0; from < experiments.size(); from += most) {
          List<Experiment> some =
              experiments.subList(from, Math.min(experiments.size(), from + most));
          for (Denominator denominator : Denominator.values()) {
            panels.add(new Panel(denominator, chart(part, score, some, denominator)));
          }
        }
      }
    }
    return panels;
  }

  private List<Experiment> experiments(StudyPart part, Score score) {
    return result.plan().experiments().stream()
        .filter(each -> Thresholds.part(each).filter(part::equals).isPresent())
        .filter(each -> thresholds.points(each, Denominator.SELECTED, score.measure()).size() > 1)
        .toList();
  }

  private Chart chart(
      StudyPart part, Score score, List<Experiment> experiments, Denominator denominator) {
    List<Series> series = new ArrayList<>();
    for (Experiment each : experiments) {
      series.add(curve(each, score, denominator));
    }
    String description = description(series);
    if (denominator == Denominator.SELECTED) {
      for (int i = 0; i < experiments.size(); i++) {
        companion(part, score, experiments.get(i), i).ifPresent(series::add);
      }
    }
    return new Chart(
        score.name() + ", " + part.label() + " pruned",
        description,
        new Axis(denominator.axis(part), Axis.Unit.PERCENT),
        new Axis(score.clip() ? score.name() + ", mean cosine" : score.name(), Axis.Unit.NUMBER),
        series,
        levels(score));
  }

  private Series curve(Experiment experiment, Score score, Denominator denominator) {
    Series curve =
        new Series(experiment.title(), thresholds.points(experiment, denominator, score.measure()));
    OptionalDouble at =
        score.clip() ? thresholds.of(experiment, denominator) : OptionalDouble.empty();
    return at.isPresent()
        ? curve.withThreshold(
            new Marker(
                "−" + PERCENT + " at " + Numbers.shortPercent(at.getAsDouble()), at.getAsDouble()))
        : curve;
  }

  /** The published scores, if they are of the same kind. */
  private Optional<Series> companion(
      StudyPart part, Score score, Experiment experiment, int index) {
    return published
        .flatMap(each -> each.table(experiment))
        .map(
            table ->
                table.rows().stream()
                    .map(run -> Point.exact(Thresholds.sparsity(run, part), score.published(run)))
                    .toList())
        .filter(points -> score.clip() || DistanceName.isFid(result))
        .map(points -> new Series(experiment.title() + ", published", points).besideCurve(index));
  }

  private List<Marker> levels(Score score) {
    List<Marker> levels = new ArrayList<>();
    Curve.dense(result)
        .flatMap(score.measure())
        .ifPresent(dense -> levels.add(new Marker("dense", dense.value())));
    if (score.clip()) {
      thresholds.level().ifPresent(at -> levels.add(new Marker("dense − " + PERCENT, at)));
    }
    return levels;
  }

  /** The ends of each curve: all that words can tell of it in short. */
  static String description(List<Series> curves) {
    List<String> words = new ArrayList<>();
    for (Series curve : curves) {
      Point first = curve.points().get(0);
      Point last = curve.points().get(curve.points().size() - 1);
      words.add(
          String.format(
              Locale.ROOT,
              "%s: from %.4f at %s to %.4f at %s",
              curve.name(),
              first.y(),
              Numbers.shortPercent(first.x()),
              last.y(),
              Numbers.shortPercent(last.x())));
    }
    return String.join("; ", words) + ".";
  }
}
