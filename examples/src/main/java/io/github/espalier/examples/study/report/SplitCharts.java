package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Axis;
import io.github.espalier.examples.study.chart.Chart;
import io.github.espalier.examples.study.chart.Marker;
import io.github.espalier.examples.study.chart.Point;
import io.github.espalier.examples.study.chart.Series;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Draws which split of the removed weights between the parts costs least: scores by the share of
 * the whole model that is zero, for both parts and for each of them alone.
 */
final class SplitCharts {
  private final StudyResult result;

  /** How both parts are pruned. */
  private record Recipes(Recipe text, Recipe unet) {
    static Optional<Recipes> of(Experiment experiment) {
      return experiment
          .text()
          .flatMap(first -> experiment.unet().map(each -> new Recipes(first, each)));
    }

    /** Whether an experiment prunes one part alone, as these do. */
    boolean includePart(Experiment experiment) {
      return Thresholds.part(experiment).isPresent()
          && (experiment.text().filter(text::equals).isPresent()
              || experiment.unet().filter(unet::equals).isPresent());
    }

    String label() {
      return name(text).equals(name(unet))
          ? name(text)
          : name(text) + " (text encoder) and " + name(unet) + " (U-Net)";
    }

    private static String name(Recipe recipe) {
      return recipe.allocationName().equals("uniform")
          ? recipe.methodName()
          : recipe.allocationName() + " + " + recipe.methodName();
    }
  }

  SplitCharts(StudyResult result) {
    this.result = result;
  }

  /** Charts of each score for each way to prune both parts; none if no experiment prunes both. */
  List<Chart> charts() {
    Set<Recipes> all = new LinkedHashSet<>();
    result.plan().experiments().forEach(each -> Recipes.of(each).ifPresent(all::add));
    List<Chart> charts = new ArrayList<>();
    for (Recipes recipes : all) {
      Map<String, List<ConfigurationResult>> curves = curves(recipes);
      charts.addAll(charts("CLIPScore", recipes, curves, Curve.CLIP_SCORE));
      charts.addAll(charts(DistanceName.of(result), recipes, curves, Curve.DISTANCE));
    }
    return charts;
  }

  private Map<String, List<ConfigurationResult>> curves(Recipes recipes) {
    Map<String, List<ConfigurationResult>> curves = new LinkedHashMap<>();
    for (Experiment each : result.plan().experiments()) {
      if (recipes.includePart(each) || Recipes.of(each).filter(recipes::equals).isPresent()) {
        add(curves, each);
      }
    }
    return curves;
  }

  /** Adds an experiment; a table of ratios by its ratios. */
  private void add(Map<String, List<ConfigurationResult>> curves, Experiment experiment) {
    boolean ratios = experiment.sweep() instanceof Sweep.Ratios;
    for (var point : experiment.points()) {
      String title =
          ratios
              ? "text : U-Net = " + StudyTables.ratio(point.textShare().orElseThrow())
              : experiment.title();
      result
          .at(point)
          .ifPresent(each -> curves.computeIfAbsent(title, ignored -> new ArrayList<>()).add(each));
    }
  }

  private List<Chart> charts(
      String name,
      Recipes recipes,
      Map<String, List<ConfigurationResult>> curves,
      Curve.Measure measure) {
    List<Series> series = new ArrayList<>();
    curves.forEach(
        (title, results) -> {
          List<Point> points = points(results, measure);
          if (points.size() > 1) {
            series.add(new Series(title, points));
          }
        });
    List<Chart> charts = new ArrayList<>();
    for (int from = 0; from < series.size(); from += Chart.MOST_SERIES) {
      List<Series> some = series.subList(from, Math.min(series.size(), from + Chart.MOST_SERIES));
      charts.add(
          new Chart(
              name + ", both parts pruned by " + recipes.label(),
              StudyCharts.description(some),
              new Axis("sparsity of the whole model", Axis.Unit.PERCENT),
              new Axis(name, Axis.Unit.NUMBER),
              some,
              dense(measure)));
    }
    return charts;
  }

  private List<Marker> dense(Curve.Measure measure) {
    return Curve.dense(result)
        .flatMap(measure)
        .map(each -> List.of(new Marker("dense", each.value())))
        .orElse(List.of());
  }

  private List<Point> points(List<ConfigurationResult> results, Curve.Measure measure) {
    List<ConfigurationResult> all = new ArrayList<>();
    Curve.dense(result).ifPresent(all::add);
    all.addAll(results);
    List<Point> points = new ArrayList<>();
    for (ConfigurationResult each : all) {
      measure
          .apply(each)
          .ifPresent(
              score ->
                  points.add(
                      new Point(
                          each.sparsity().ofModel(), score.value(), score.low(), score.high())));
    }
    return points;
  }
}
