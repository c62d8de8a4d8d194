package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Axis;
import io.github.espalier.examples.study.chart.Chart;
import io.github.espalier.examples.study.chart.Marker;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Draws the curves of a study: each score of each part. */
final class StudyCharts {
  private StudyCharts() {}

  static List<Chart> of(StudyResult result) {
    List<Chart> charts = new ArrayList<>();
    Optional<ConfigurationResult> dense = Curve.dense(result);
    for (StudyPart part : StudyPart.values()) {
      dense
          .flatMap(each -> Optional.ofNullable(each.clip()))
          .ifPresent(clip -> addClip(charts, result, part, clip));
      dense
          .flatMap(each -> Optional.ofNullable(each.distance()))
          .ifPresent(distance -> addDistance(charts, result, part, distance));
    }
    return charts;
  }

  private static void addClip(
      List<Chart> charts, StudyResult result, StudyPart part, ClipResult dense) {
    List<Curve> curves = Curve.of(result, part, Curve.CLIP_SCORE);
    List<Marker> thresholds = new ArrayList<>();
    for (Curve curve : curves) {
      curve
          .fallsTo(Findings.level(dense))
          .ifPresent(at -> thresholds.add(new Marker(curve.experiment().title(), at)));
    }
    add(
        charts,
        "CLIPScore, " + part.label() + " pruned",
        "CLIPScore (cosine)",
        part,
        curves,
        thresholds,
        dense.mean());
  }

  private static void addDistance(
      List<Chart> charts, StudyResult result, StudyPart part, DistanceResult dense) {
    String name = dense.fid() ? "FID" : "Frechet distance";
    List<Curve> curves = Curve.of(result, part, Curve.DISTANCE);
    add(
        charts,
        name + ", " + part.label() + " pruned",
        name,
        part,
        curves,
        List.of(),
        dense.value());
  }

  private static void add(
      List<Chart> charts,
      String title,
      String score,
      StudyPart part,
      List<Curve> curves,
      List<Marker> thresholds,
      double dense) {
    for (int from = 0; from < curves.size(); from += Chart.MOST_SERIES) {
      List<Curve> some = curves.subList(from, Math.min(curves.size(), from + Chart.MOST_SERIES));
      charts.add(
          new Chart(
              title,
              description(some),
              new Axis(
                  "sparsity of the " + part.label() + "'s selected weights", Axis.Unit.PERCENT),
              new Axis(score, Axis.Unit.NUMBER),
              some.stream().map(Curve::series).toList(),
              from == 0 ? thresholds : List.of(),
              List.of(new Marker("dense", dense))));
    }
  }

  /** The ends of each curve: all that words can tell of it in short. */
  private static String description(List<Curve> curves) {
    List<String> words = new ArrayList<>();
    for (Curve curve : curves) {
      var points = curve.series().points();
      var first = points.get(0);
      var last = points.get(points.size() - 1);
      words.add(
          String.format(
              Locale.ROOT,
              "%s: from %.4f at %.1f %% to %.4f at %.1f %%",
              curve.experiment().title(),
              first.y(),
              100 * first.x(),
              last.y(),
              100 * last.x()));
    }
    return String.join("; ", words) + ".";
  }
}
