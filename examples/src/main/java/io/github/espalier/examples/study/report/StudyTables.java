package io.github.espalier.examples.study.report;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.published.ModelSizes;
import io.github.espalier.examples.study.published.PublishedRun;
import io.github.espalier.examples.study.published.PublishedStudy;
import io.github.espalier.examples.study.published.TextPruning;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.LayerResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts the results of a study into tables. */
final class StudyTables {
  private static final String NOT_AVAILABLE = "N/A";

  private static final List<String> COLUMNS =
      List.of(
          "text encoder",
          "U-Net",
          "of selected",
          "of model",
          "CLIPScore",
          "low",
          "high",
          "distance");

  private final StudyResult result;
  private final Optional<PublishedStudy> published;

  StudyTables(StudyResult result) {
    this.result = result;
    this.published = isSd2(result) ? Optional.of(PublishedStudy.load()) : Optional.empty();
  }

  /** Published scores are of Stable Diffusion 2, and mean nothing beside those of another model. */
  private static boolean isSd2(StudyResult result) {
    long prunable = ModelSizes.SD2.textEncoder() + ModelSizes.SD2.unet();
    return result.configurations().stream()
        .anyMatch(each -> each.sparsity().parameters() >= prunable);
  }

  /** A table for each experiment. */
  List<ReportTable> experiments() {
    List<String> columns = new ArrayList<>(COLUMNS);
    if (published.isPresent()) {
      columns.addAll(List.of("published CLIPScore", "published FID"));
    }
    return result.plan().experiments().stream()
        .map(each -> new ReportTable(each.id(), each.title(), columns, rows(each)))
        .toList();
  }

  private List<List<String>> rows(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    Curve.dense(result).ifPresent(dense -> rows.add(row(experiment, Optional.empty(), dense)));
    for (Point point : experiment.points()) {
      rows.add(
          result
              .at(point)
              .map(found -> row(experiment, Optional.of(point), found))
              .orElseGet(() -> unavailable(point)));
    }
    return rows;
  }

  private List<String> row(
      Experiment experiment, Optional<Point> point, ConfigurationResult found) {
    ClipResult clip = found.clip();
    DistanceResult distance = found.distance();
    List<String> cells =
        new ArrayList<>(
            Arrays.asList(
                percent(found.sparsity().textOfSelected()),
                percent(found.sparsity().unetOfSelected()),
                percent(found.sparsity().ofSelected()),
                percent(found.sparsity().ofModel()),
                clip == null ? "" : number(clip.mean()),
                clip == null ? "" : number(clip.low()),
                clip == null ? "" : number(clip.high()),
                distance == null ? "" : number(distance.value())));
    published.ifPresent(
        study -> {
          Optional<PublishedRun> run =
              point.isEmpty()
                  ? Optional.of(study.dense())
                  : published(study, experiment, point.get());
          cells.add(run.map(each -> number(each.clipScore())).orElse(""));
          cells.add(run.map(each -> number(each.fid())).orElse(""));
        });
    return cells;
  }

  private static Optional<PublishedRun> published(
      PublishedStudy study, Experiment experiment, Point point) {
    boolean magnitude =
        experiment.unet().isEmpty() || experiment.unet().get().equals(magnitudeOfLinear());
    Optional<TextPruning> text =
        experiment.text().isEmpty()
            ? Optional.of(TextPruning.MAGNITUDE)
            : Arrays.stream(TextPruning.values())
                .filter(each -> matches(each, experiment.text().get()))
                .findFirst();
    if (!magnitude || text.isEmpty()) {
      return Optional.empty();
    }
    Sparsity none = Sparsity.ZERO;
    return study.run(text.get(), point.text().orElse(none), point.unet().orElse(none));
  }

  private static Recipe magnitudeOfLinear() {
    return Recipe.of("magnitude");
  }

  private static boolean matches(TextPruning published, Recipe recipe) {
    return published.method().equals(recipe.methodName())
        && published.allocation().equals(recipe.allocationName())
        && recipe.selectionText().equals(magnitudeOfLinear().selectionText());
  }

  private List<String> unavailable(Point point) {
    List<String> cells = new ArrayList<>();
    cells.add(point.text().map(Sparsity::toString).orElse(NOT_AVAILABLE));
    cells.add(point.unet().map(Sparsity::toString).orElse(NOT_AVAILABLE));
    cells.add(point.full().map(Sparsity::toString).orElse(NOT_AVAILABLE));
    int columns = COLUMNS.size() + (published.isPresent() ? 2 : 0);
    while (cells.size() < columns) {
      cells.add(NOT_AVAILABLE);
    }
    return cells;
  }

  /** What pruning did to each layer of each configuration. */
  List<ReportTable> layers() {
    List<ReportTable> tables = new ArrayList<>();
    for (ConfigurationResult each : result.configurations()) {
      if (!each.layers().isEmpty()) {
        tables.add(
            new ReportTable(
                "layers-" + each.id(),
                each.label(),
                List.of("component", "layer", "weights", "sparsity", "output error"),
                each.layers().stream().map(StudyTables::row).toList()));
      }
    }
    return tables;
  }

  private static List<String> row(LayerResult layer) {
    Double error = layer.outputError();
    return List.of(
        layer.component(),
        layer.name(),
        Long.toString(layer.weights()),
        percent(layer.sparsity()),
        error == null ? "" : number(error));
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
