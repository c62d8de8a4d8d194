package io.github.espalier.examples.study.report;

import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The same captions and seeds across the sparsities of each experiment, the dense model first, of
 * the images that a study kept. A page holds at most {@value #MOST} images where that leaves one
 * row for each experiment.
 */
final class ContactSheets {
  /** The most images on a page. */
  static final int MOST = 400;

  private static final int ROWS = 4;

  private final StudyResult result;
  private final Path images;
  private final int rows;

  /** A pruned model of a sheet. */
  private record Column(String label, ConfigurationResult result) {}

  ContactSheets(StudyResult result, Path folder) {
    this.result = result;
    this.images = folder.resolve("images");
    int columns = result.plan().experiments().stream().mapToInt(each -> columns(each).size()).sum();
    this.rows = Math.max(1, Math.min(ROWS, MOST / Math.max(1, columns)));
  }

  /** How many captions each sheet shows at most. */
  int rows() {
    return rows;
  }

  /**
   * The sheets of all experiments of which images are there, as the template names them: open are
   * the first of each part, and the first of both.
   */
  List<Map<String, Object>> sheets() throws IOException {
    List<Map<String, Object>> sheets = new ArrayList<>();
    Set<List<StudyPart>> shown = new HashSet<>();
    for (Experiment experiment : result.plan().experiments()) {
      List<Column> columns = columns(experiment);
      List<Map<String, Object>> found = new ArrayList<>();
      for (GeneratedImages.Entry entry : entries()) {
        found.add(row(columns, entry));
      }
      if (found.stream().anyMatch(each -> Boolean.TRUE.equals(each.get("there")))) {
        sheets.add(
            Map.of(
                "title", experiment.title(),
                "open", shown.add(StudyTables.parts(experiment)),
                "columns", columns.stream().map(Column::label).toList(),
                "rows", found));
      }
    }
    return sheets;
  }

  private List<Column> columns(Experiment experiment) {
    List<Column> columns = new ArrayList<>();
    Curve.dense(result).ifPresent(each -> columns.add(new Column("dense", each)));
    for (Point point : experiment.points()) {
      result
          .at(point)
          .ifPresent(each -> columns.add(new Column(LayerTables.label(experiment, point), each)));
    }
    return columns;
  }

  /** The first captions and seeds, which are the same for all models. */
  private List<GeneratedImages.Entry> entries() throws IOException {
    for (ConfigurationResult each : result.configurations()) {
      Path folder = images.resolve(each.id());
      if (Files.isDirectory(folder)) {
        List<GeneratedImages.Entry> entries = GeneratedImages.entries(folder);
        if (!entries.isEmpty()) {
          return entries.stream().limit(rows).toList();
        }
      }
    }
    return List.of();
  }

  private Map<String, Object> row(List<Column> columns, GeneratedImages.Entry entry)
      throws IOException {
    List<Map<String, Object>> cells = new ArrayList<>();
    boolean there = false;
    for (Column column : columns) {
      Optional<Picture> picture =
          Picture.read(images.resolve(column.result().id()).resolve(entry.file()));
      there |= picture.isPresent();
      cells.add(
          picture
              .map(each -> cell(column, entry, each))
              .orElseGet(() -> Map.of("label", column.label())));
    }
    return Map.of("caption", entry.prompt(), "seed", entry.seed(), "cells", cells, "there", there);
  }

  private static Map<String, Object> cell(
      Column column, GeneratedImages.Entry entry, Picture picture) {
    return Map.of(
        "label", column.label(),
        "data", picture.data(),
        "width", picture.width(),
        "height", picture.height(),
        "alt", "“" + entry.prompt() + "”, seed " + entry.seed() + ", " + column.result().label());
  }
}
