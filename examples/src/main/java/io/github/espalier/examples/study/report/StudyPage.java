package io.github.espalier.examples.study.report;

import io.github.espalier.core.EspalierVersion;
import io.github.espalier.examples.study.chart.Chart;
import io.github.espalier.examples.study.chart.ChartWriter;
import io.github.espalier.examples.study.html.HtmlTemplate;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The page of a study. */
final class StudyPage {
  private static final HtmlTemplate TEMPLATE = HtmlTemplate.of(StudyPage.class, "page.ftlh");

  private final StudyResult result;
  private final Path folder;
  private int figures;

  StudyPage(StudyResult result, Path folder) {
    this.result = result;
    this.folder = folder;
  }

  String html() throws IOException {
    ContactSheets sheets = new ContactSheets(result, folder);
    ProtocolTables protocol = new ProtocolTables(result);
    return TEMPLATE.fill(
        Map.ofEntries(
            Map.entry("name", result.plan().name()),
            Map.entry("version", EspalierVersion.current()),
            Map.entry("facts", facts()),
            Map.entry("findings", Findings.of(result)),
            Map.entry("notes", Notes.of(result)),
            Map.entry("panels", panels()),
            Map.entry("splits", figures(new SplitCharts(result).charts())),
            Map.entry("denominators", denominators()),
            Map.entry("sheets", sheets.sheets()),
            Map.entry("sheetRows", sheets.rows()),
            Map.entry("longest", Picture.LONGEST),
            Map.entry("paper", new PaperTables(result).tables()),
            Map.entry("unknown", PaperTables.UNKNOWN),
            Map.entry("thresholds", new Thresholds(result).table().stream().toList()),
            Map.entry("tables", new StudyTables(result).experiments()),
            Map.entry("layers", layers()),
            Map.entry("protocol", protocol.protocol()),
            Map.entry("models", protocol.models()),
            Map.entry("everything", result.protocol().toPrettyString())));
  }

  /** Numbers that tell at a glance what was studied. */
  private List<Map<String, String>> facts() {
    List<Map<String, String>> facts = new ArrayList<>();
    String checkpoint = result.protocol().at("/checkpoint/name").asText();
    if (!checkpoint.isEmpty()) {
      facts.add(fact("checkpoint", checkpoint));
    }
    Curve.dense(result)
        .ifPresent(
            dense -> facts.add(fact("parameters", magnitude(dense.sparsity().parameters()))));
    facts.add(fact("models compared", Integer.toString(result.configurations().size())));
    facts.add(fact("images a model", Numbers.count(result.plan().images())));
    Curve.dense(result)
        .flatMap(Curve.CLIP_SCORE)
        .ifPresent(clip -> facts.add(fact("CLIPScore, dense", score(clip.value()))));
    Curve.dense(result)
        .flatMap(Curve.DISTANCE)
        .ifPresent(
            distance ->
                facts.add(fact(DistanceName.of(result) + ", dense", score(distance.value()))));
    return facts;
  }

  private static Map<String, String> fact(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  private static String score(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
  }

  private static String magnitude(long count) {
    return count < 1_000_000
        ? Numbers.count(count)
        : count < 1_000_000_000
            ? String.format(Locale.ROOT, "%.1f million", count / 1e6)
            : String.format(Locale.ROOT, "%.2f billion", count / 1e9);
  }

  private List<Map<String, Object>> panels() {
    List<Map<String, Object>> panels = new ArrayList<>();
    for (StudyCharts.Panel each : new StudyCharts(result).panels()) {
      panels.add(Map.of("by", each.denominator().key(), "figure", figure(each.chart())));
    }
    return panels;
  }

  private static List<Map<String, String>> denominators() {
    return Stream.of(Denominator.values())
        .map(each -> Map.of("key", each.key(), "label", each.label()))
        .toList();
  }

  private List<Object> figures(List<Chart> charts) {
    return charts.stream().map(this::figure).toList();
  }

  private Object figure(Chart chart) {
    figures++;
    return HtmlTemplate.markup(ChartWriter.write(chart, "chart-" + figures));
  }

  private List<Map<String, Object>> layers() {
    LayerTables tables = new LayerTables(result);
    LayerCharts charts = new LayerCharts(tables);
    List<Map<String, Object>> layers = new ArrayList<>();
    for (Experiment experiment : result.plan().experiments()) {
      tables
          .table(experiment)
          .ifPresent(
              table ->
                  layers.add(Map.of("table", table, "figures", figures(charts.of(experiment)))));
    }
    return layers;
  }
}
