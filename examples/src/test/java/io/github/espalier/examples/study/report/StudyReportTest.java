package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.LayerResult;
import io.github.espalier.examples.study.run.Sparsities;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of scores that fall along planted lines. */
class StudyReportTest {
  private static final String PLAN =
      """
      {"name": "made <up>", "images": 256,
       "sampling": {"width": 16, "height": 16, "steps": 2, "guidance": 3, "scheduler": "ddim"},
       "scores": {"distance": "judge", "judge": "judge", "references": "references"},
       "calibration": {"limit": 2, "steps": 1},
       "experiments": [
        {"id": "text", "title": "Text encoder", "text": {"method": "magnitude"},
         "sparsities": [0.2, 0.6, 0.8]},
        {"id": "unet", "title": "U-Net", "unet": {"method": "magnitude"},
         "sparsities": [0.4, 0.5]},
        {"id": "both", "title": "Both", "text": {"method": "magnitude"},
         "unet": {"method": "magnitude"},
         "ratios": {"textShares": [0.5, 1], "full": [0.2, 0.5]}}]}
      """;

  @TempDir Path folder;

  private interface Scores {
    @Nullable Double of(double text, double unet);
  }

  /** A result of the plan; no score is a failure. */
  private StudyResult result(long parameters, Scores scores) throws IOException {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, PLAN);
    StudyPlan plan = StudyPlan.of(JsonFile.read(file));
    List<ConfigurationResult> results = new ArrayList<>();
    for (Configuration each : plan.configurations()) {
      double text = sparsity(each.text());
      double unet = sparsity(each.unet());
      Double score = scores.of(text, unet);
      double both = (text + unet) / 2;
      results.add(
          new ConfigurationResult(
              each.id(),
              each.label(),
              new Sparsities(
                  text,
                  text / 2,
                  unet,
                  unet / 2,
                  both,
                  both / 2,
                  (long) (1000 * both),
                  1000,
                  parameters),
              each.isDense()
                  ? List.of()
                  : List.of(new LayerResult("unet", "a|b,\"c\"", 10, 5, 0.5, 0.25)),
              256,
              "hash",
              List.of(),
              score == null ? null : clip(score),
              score == null ? null : new DistanceResult(1 - score, "made up", false, 256, 0.01),
              score == null ? "images are NaN" : null));
    }
    return new StudyResult(plan, new ObjectMapper().createObjectNode(), results, Map.of());
  }

  private static double sparsity(Optional<PrunedPart> part) {
    return part.map(each -> each.sparsity().fraction()).orElse(0.0);
  }

  private static ClipResult clip(double mean) {
    return new ClipResult(
        mean, mean - 0.01, mean + 0.01, 0.95, 1000, 0, 256, 0.1, mean, mean, mean, mean, mean);
  }

  /** The text encoder holds until 60 % and then loses all; the U-Net declines from the start. */
  private static double planted(double text, double unet) {
    return 0.8 - (text > 0.6 ? 0.4 : 0) - 0.2 * unet;
  }

  @Test
  void writesPageTablesAndMarkdown() throws IOException {
    StudyResult result =
        result(1000, (text, unet) -> text > 0.7 ? null : Double.valueOf(planted(text, unet)));

    Path page = StudyReport.write(result, folder);

    String html = Files.readString(page);
    assertThat(html)
        .contains("<h1>Study made &lt;up&gt;</h1>", "Each point is measured over 256 images.")
        .contains("a third of that lost within 10 points of sparsity")
        .contains("No images of text encoder 80% by magnitude: images are NaN.")
        .doesNotContain("FID", "http://", "https://www", "published")
        .containsPattern("(?s)<figure class=\"chart\" id=\"chart-1\">.*CLIPScore, text encoder");
    assertThat(html.split("<figure", -1)).hasSize(1 + 4);
    assertThat(Files.readString(folder.resolve("text.csv")).lines())
        .hasSize(5)
        .startsWith("text encoder,U-Net,of selected,of model,CLIPScore,low,high,distance")
        .contains("60.00 %,0.00 %,30.00 %,15.00 %,0.8000,0.7900,0.8100,0.2000")
        .contains("80.00 %,0.00 %,40.00 %,20.00 %,,,,");
    assertThat(Files.readString(folder.resolve(StudyReport.MARKDOWN)))
        .contains("# Study made <up>", "## Both", "| N/A |");
  }

  @Test
  void publishedScoresStandBesideThoseOfTheSameModelOnly() throws IOException {
    StudyReport.write(result(1_300_000_000, StudyReportTest::planted), folder);

    assertThat(Files.readString(folder.resolve("text.csv")).lines())
        .startsWith(
            "text encoder,U-Net,of selected,of model,CLIPScore,low,high,distance,published"
                + " CLIPScore,published FID")
        .anyMatch(line -> line.startsWith("60.00 %,0.00 %") && line.endsWith(",0.2677,27.2100"));
  }

  @Test
  void cellsOfTablesAreQuoted() {
    ReportTable table =
        new ReportTable("t", "T", List.of("a", "b"), List.of(List.of("x,\"y\"", "u|v")));
    assertThat(table.csv()).isEqualTo("a,b\r\n\"x,\"\"y\"\"\",u|v\r\n");
    assertThat(table.markdown())
        .isEqualTo("## T\n\n| a | b |\n| --- | --- |\n| x,\"y\" | u\\|v |\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportTable("t", "T", List.of("a"), List.of(List.of())))
        .withMessage("table t: 0 cells for 1 columns");
  }
}
