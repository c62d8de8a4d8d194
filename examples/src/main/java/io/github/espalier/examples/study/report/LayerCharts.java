package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Axis;
import io.github.espalier.examples.study.chart.Chart;
import io.github.espalier.examples.study.chart.Point;
import io.github.espalier.examples.study.chart.Series;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.run.LayerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Draws what pruning did to the layers of a model, in their order. */
final class LayerCharts {
  /** A sparsity that differs less between layers is the same for all of them. */
  private static final double UNIFORM = 0.02;

  /** More curves of many layers cover one another. */
  private static final int CURVES = 4;

  private final LayerTables tables;

  LayerCharts(LayerTables tables) {
    this.tables = tables;
  }

  /** The output errors of an experiment's layers, and their sparsities where they differ. */
  List<Chart> of(Experiment experiment) {
    List<LayerTables.Column> columns = spread(tables.columns(experiment));
    List<Chart> charts = new ArrayList<>();
    draw(experiment, columns, "Output error", Axis.Unit.NUMBER, LayerResult::outputError)
        .ifPresent(charts::add);
    if (columns.stream().anyMatch(each -> !uniform(each))) {
      draw(experiment, columns, "Sparsity", Axis.Unit.PERCENT, LayerResult::sparsity)
          .ifPresent(charts::add);
    }
    return charts;
  }

  /** At most {@link #CURVES} of them, from the first to the last. */
  private static List<LayerTables.Column> spread(List<LayerTables.Column> columns) {
    if (columns.size() <= CURVES) {
      return columns;
    }
    List<LayerTables.Column> some = new ArrayList<>();
    for (int i = 0; i < CURVES; i++) {
      some.add(columns.get(Math.round((float) i * (columns.size() - 1) / (CURVES - 1))));
    }
    return some;
  }

  private static boolean uniform(LayerTables.Column column) {
    var sparsities =
        column.result().layers().stream().mapToDouble(LayerResult::sparsity).summaryStatistics();
    return sparsities.getMax() - sparsities.getMin() < UNIFORM;
  }

  /** Takes a number out of a layer's result. */
  @FunctionalInterface
  private interface Value extends Function<LayerResult, @Nullable Double> {}

  private static Optional<Chart> draw(
      Experiment experiment,
      List<LayerTables.Column> columns,
      String what,
      Axis.Unit unit,
      Value value) {
    List<Series> series = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (LayerTables.Column column : columns) {
      List<Point> points = points(column.result().layers(), value);
      if (!points.isEmpty()) {
        series.add(new Series(column.label(), points));
        words.add(column.label() + ": " + range(points));
      }
    }
    return series.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Chart(
                what + " by layer, " + experiment.title(),
                what + " of the layers in their order. " + String.join("; ", words) + ".",
                new Axis("layer, in the order of the table", Axis.Unit.NUMBER),
                new Axis(what, unit),
                series,
                List.of()));
  }

  private static List<Point> points(List<LayerResult> layers, Value value) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Double found = value.apply(layers.get(i));
      if (found != null && Double.isFinite(found)) {
        points.add(Point.exact(i + 1, found));
      }
    }
    return points;
  }

  private static String range(List<Point> points) {
    var values = points.stream().mapToDouble(Point::y).summaryStatistics();
    return String.format(Locale.ROOT, "%.4f to %.4f", values.getMin(), values.getMax());
  }
}
