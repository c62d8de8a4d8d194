package io.github.espalier.examples.study.report;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The tables of Ramesh and Zhao (arXiv 2411.15113) as far as a plan has their experiments, which
 * are known by part, method, allocation and selection, and not by their names.
 */
final class PaperTables {
  /** What is not known of the paper. */
  static final String UNKNOWN =
      "Of the paper's tables, 1, 6 and 10 are known by number, and one row of Table 2. The numbers"
          + " and layouts of Tables 2 to 5 and 7 to 9 and of Figures 1 to 14 are not known here."
          + " What the authors measured in them is in the tables by method below, in the curves and"
          + " in the images above.";

  private static final Map<String, String> METHODS =
      Map.of(
          "text-magnitude", "magnitude",
          "text-wanda", "Wanda",
          "text-owl-magnitude", "OWL, magnitude",
          "text-owl-wanda", "OWL, Wanda",
          "unet-magnitude", "magnitude");

  private static final List<String> TEXT =
      List.of("text-magnitude", "text-wanda", "text-owl-magnitude", "text-owl-wanda");

  private final StudyResult result;
  private final Optional<PublishedScores> published;
  private final StudyTables tables;

  PaperTables(StudyResult result) {
    this.result = result;
    this.published = PublishedScores.of(result);
    this.tables = new StudyTables(result);
  }

  /** The tables in the order of the paper; none if the plan has none of its experiments. */
  List<ReportTable> tables() {
    List<ReportTable> found = new ArrayList<>();
    find("ratios")
        .or(() -> find("ratios-owl"))
        .map(each -> arithmetic((Sweep.Ratios) each.sweep()))
        .ifPresent(found::add);
    byMethod("paper_text", "Text encoder by method", TEXT).ifPresent(found::add);
    byMethod("paper_unet", "U-Net by magnitude", List.of("unet-magnitude")).ifPresent(found::add);
    find("descent").map(each -> descent(each, 6, "magnitude")).ifPresent(found::add);
    find("descent-owl")
        .map(each -> descent(each, 10, "OWL for the text encoder"))
        .ifPresent(found::add);
    return found;
  }

  private Optional<Experiment> find(String tableId) {
    return result.plan().experiments().stream()
        .filter(each -> PublishedScores.tableId(each).filter(tableId::equals).isPresent())
        .findFirst();
  }

  /** Table 1: which sparsities of the parts give which sparsity of both. */
  private static ReportTable arithmetic(Sweep.Ratios ratios) {
    List<String> columns = new ArrayList<>(List.of("of both"));
    ratios.textShares().forEach(share -> columns.add(StudyTables.ratio(share)));
    List<List<String>> rows = new ArrayList<>();
    for (Sparsity full : ratios.full()) {
      List<String> cells = new ArrayList<>(List.of(full.toString()));
      for (Sweep.Level level : ratios.levels()) {
        if (level.full().filter(full::equals).isPresent()) {
          cells.add(level.feasible() ? level.text() + " / " + level.unet() : Numbers.NOT_AVAILABLE);
        }
      }
      rows.add(cells);
    }
    return new ReportTable(
        "paper_table_1",
        "Table 1: sparsities of text encoder / U-Net by ratio of removed weights",
        "Arithmetic with parts of "
            + Numbers.count(ratios.textParameters())
            + " and "
            + Numbers.count(ratios.unetParameters())
            + " parameters, as if all of them were selected; N/A where a part has too few. The"
            + " scores of these models stand among the experiments.",
        columns,
        rows);
  }

  /** A row for each sparsity, columns for each method. */
  private Optional<ReportTable> byMethod(String id, String title, List<String> tableIds) {
    List<String> columns = new ArrayList<>(List.of("of selected"));
    List<Experiment> experiments = new ArrayList<>();
    SortedSet<Sparsity> sparsities = new TreeSet<>();
    for (String each : tableIds) {
      Optional<Experiment> found = find(each);
      if (found.isPresent()) {
        experiments.add(found.get());
        sparsities.addAll(((Sweep.Single) found.get().sweep()).values());
        columns.addAll(scoreColumns(METHODS.getOrDefault(each, each)));
      }
    }
    if (experiments.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(experiments, Optional.empty()));
    sparsities.forEach(each -> rows.add(row(experiments, Optional.of(each))));
    return Optional.of(new ReportTable(id, title, note(), columns, rows));
  }

  private String note() {
    return published.isPresent()
        ? "Published scores are of 10,000 images without seeds, one run each: FID differs by a few"
            + " tenths from run to run."
        : "";
  }

  private List<String> scoreColumns(String method) {
    List<String> columns = new ArrayList<>();
    columns.add(method + ": CLIPScore");
    columns.add(method + ": " + DistanceName.of(result));
    if (published.isPresent()) {
      columns.add(method + ": published CLIPScore");
      columns.add(method + ": published FID");
    }
    return columns;
  }

  private List<String> row(List<Experiment> experiments, Optional<Sparsity> sparsity) {
    List<String> cells = new ArrayList<>();
    cells.add(sparsity.map(each -> Numbers.shortPercent(each.fraction())).orElse("0 %"));
    for (Experiment each : experiments) {
      Optional<Point> point = sparsity.flatMap(wanted -> point(each, wanted));
      boolean tried = sparsity.isEmpty() || point.isPresent();
      Optional<ConfigurationResult> found =
          sparsity.isEmpty() ? Curve.dense(result) : point.flatMap(result::at);
      List<String> scores = new ArrayList<>(tables.scores(each, point, found));
      scores.subList(1, 3).clear();
      cells.addAll(tried ? scores : scores.stream().map(score -> "").toList());
    }
    return cells;
  }

  private static Optional<Point> point(Experiment experiment, Sparsity sparsity) {
    return experiment.points().stream()
        .filter(each -> each.text().filter(sparsity::equals).isPresent())
        .findFirst()
        .or(
            () ->
                experiment.points().stream()
                    .filter(each -> each.unet().filter(sparsity::equals).isPresent())
                    .findFirst());
  }

  /** Tables 6 and 10: from both thresholds down. */
  private ReportTable descent(Experiment experiment, int number, String how) {
    List<String> columns = new ArrayList<>(List.of("text encoder", "U-Net", "of both", "of model"));
    columns.addAll(tables.scoreColumns());
    List<List<String>> rows = new ArrayList<>();
    for (Point point : experiment.points()) {
      Optional<ConfigurationResult> found = result.at(point);
      List<String> cells = new ArrayList<>();
      cells.add(Numbers.shortPercent(point.text().orElseThrow().fraction()));
      cells.add(Numbers.shortPercent(point.unet().orElseThrow().fraction()));
      cells.add(
          found
              .flatMap(each -> PaperSparsity.of(each, point))
              .map(Numbers::percent)
              .orElse(Numbers.NOT_AVAILABLE));
      cells.add(
          found
              .map(each -> Numbers.percent(each.sparsity().ofModel()))
              .orElse(Numbers.NOT_AVAILABLE));
      cells.addAll(tables.scores(experiment, Optional.of(point), found));
      rows.add(cells);
    }
    return new ReportTable(
        "paper_table_" + number,
        "Table " + number + ": both parts, down from their thresholds, " + how,
        "“Of both” counts as the paper does, the mean of both sparsities weighted by the parts'"
            + " sizes, as if all weights of a part were selected; “of model” are the zeros that are"
            + " there.",
        columns,
        rows);
  }
}
