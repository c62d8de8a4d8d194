package io.github.espalier.examples.study.report;

import io.github.espalier.core.EspalierVersion;
import io.github.espalier.examples.study.chart.Chart;
import io.github.espalier.examples.study.chart.ChartWriter;
import io.github.espalier.examples.study.html.HtmlTemplate;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page of a study. */
final class StudyPage {
  private static final HtmlTemplate TEMPLATE = HtmlTemplate.of(StudyPage.class, "page.ftlh");

  private final StudyResult result;
  private final Path folder;

  StudyPage(StudyResult result, Path folder) {
    this.result = result;
    this.folder = folder;
  }

  String html() throws IOException {
    StudyTables tables = new StudyTables(result);
    return TEMPLATE.fill(
        Map.of(
            "name", result.plan().name(),
            "version", EspalierVersion.current(),
            "findings", Findings.of(result),
            "notes", notes(),
            "charts", charts(),
            "tables", tables.experiments(),
            "layers", tables.layers(),
            "samples", samples(),
            "protocol", result.protocol().toPrettyString()));
  }

  private List<Object> charts() {
    List<Object> figures = new ArrayList<>();
    List<Chart> charts = StudyCharts.of(result);
    for (int i = 0; i < charts.size(); i++) {
      figures.add(HtmlTemplate.markup(ChartWriter.write(charts.get(i), "chart-" + (i + 1))));
    }
    return figures;
  }

  private List<Map<String, Object>> samples() throws IOException {
    SampleImages images = new SampleImages(folder);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ConfigurationResult each : result.configurations()) {
      rows.add(images.row(each));
    }
    return rows;
  }

  /** What a reader has to know to judge the numbers. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    Findings.basis(result).ifPresent(notes::add);
    Curve.dense(result)
        .ifPresent(
            dense -> {
              notes.add("Each point is measured over " + dense.images() + " images.");
              ClipResult clip = dense.clip();
              if (clip != null) {
                notes.add(
                    String.format(
                        Locale.ROOT,
                        "CLIPScore is the mean cosine of image and caption by the judge; bands are"
                            + " its %.0f %% confidence interval by bootstrap.",
                        100 * clip.level()));
              }
              DistanceResult distance = dense.distance();
              if (distance != null) {
                notes.add("Distance: " + distance.label() + ".");
                Double bias = distance.expectedBias();
                if (bias != null) {
                  notes.add(
                      String.format(
                          Locale.ROOT,
                          "So many images of the same kind would be at a distance of about %.4f.",
                          bias));
                }
              }
            });
    for (ConfigurationResult each : result.configurations()) {
      if (each.failure() != null) {
        notes.add("No images of " + each.label() + ": " + each.failure() + ".");
      }
    }
    notes.add(
        "Sparsity is given of the selected weights of each part, of all selected weights, and of"
            + " the whole model's parameters.");
    return notes;
  }
}
