package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.LayerResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What pruning did to each layer. */
final class LayerTables {
  private final StudyResult result;

  LayerTables(StudyResult result) {
    this.result = result;
  }

  /** A pruned model of an experiment, and what its columns are called. */
  record Column(String label, ConfigurationResult result) {
    /** Its layers by component and name. */
    Map<String, LayerResult> layers() {
      Map<String, LayerResult> layers = new LinkedHashMap<>();
      result.layers().forEach(each -> layers.put(key(each), each));
      return layers;
    }
  }

  private static String key(LayerResult layer) {
    return layer.component() + " " + layer.name();
  }

  /** The pruned models of an experiment that have layers. */
  List<Column> columns(Experiment experiment) {
    List<Column> columns = new ArrayList<>();
    for (Point point : experiment.points()) {
      result
          .at(point)
          .filter(each -> !each.layers().isEmpty())
          .ifPresent(each -> columns.add(new Column(label(experiment, point), each)));
    }
    return columns;
  }

  /** The sparsities of a point, in short. */
  static String label(Experiment experiment, Point point) {
    String text = point.text().map(each -> Numbers.shortPercent(each.fraction())).orElse("");
    String unet = point.unet().map(each -> Numbers.shortPercent(each.fraction())).orElse("");
    return experiment.text().isEmpty()
        ? unet
        : experiment.unet().isEmpty() ? text : "text " + text + ", U-Net " + unet;
  }

  /** A table for an experiment: a row for each layer, two columns for each pruned model. */
  Optional<ReportTable> table(Experiment experiment) {
    List<Column> columns = columns(experiment);
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    boolean errors =
        columns.stream()
            .flatMap(each -> each.result().layers().stream())
            .anyMatch(each -> each.outputError() != null);
    List<String> headings = new ArrayList<>(List.of("layer", "weights"));
    columns.forEach(each -> headings.add(each.label() + ": sparsity"));
    if (errors) {
      columns.forEach(each -> headings.add(each.label() + ": error"));
    }
    return Optional.of(
        new ReportTable(
            "layers_" + experiment.id(),
            experiment.title(),
            errors
                ? "Error is how far the layer's output moves on the calibration data, relative to"
                    + " the output."
                : "Output errors were not asked for, or need statistics that these methods do not.",
            headings,
            rows(columns, errors)));
  }

  private static List<List<String>> rows(List<Column> columns, boolean errors) {
    List<Map<String, LayerResult>> layers = columns.stream().map(Column::layers).toList();
    Set<String> names = new LinkedHashSet<>();
    layers.forEach(each -> names.addAll(each.keySet()));
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      List<String> cells = new ArrayList<>(List.of(name));
      List<Optional<LayerResult>> found =
          layers.stream().map(each -> Optional.ofNullable(each.get(name))).toList();
      long weights = found.stream().flatMap(Optional::stream).findFirst().orElseThrow().weights();
      cells.add(Long.toString(weights));
      found.forEach(
          each -> cells.add(each.map(layer -> Numbers.percent(layer.sparsity())).orElse("")));
      if (errors) {
        found.forEach(each -> cells.add(each.map(LayerTables::error).orElse("")));
      }
      rows.add(cells);
    }
    return rows;
  }

  private static String error(LayerResult layer) {
    Double error = layer.outputError();
    return error == null ? "" : Numbers.score(error);
  }

  /** All layers of all pruned models, one a row. */
  ReportTable all() {
    List<List<String>> rows = new ArrayList<>();
    for (ConfigurationResult each : result.configurations()) {
      for (LayerResult layer : each.layers()) {
        rows.add(
            List.of(
                each.label(),
                layer.component(),
                layer.name(),
                Long.toString(layer.weights()),
                Long.toString(layer.zeros()),
                Numbers.percent(layer.sparsity()),
                error(layer)));
      }
    }
    return new ReportTable(
        "study_layers",
        "Layers",
        "",
        List.of("model", "component", "layer", "weights", "zeros", "sparsity", "output error"),
        rows);
  }
}
