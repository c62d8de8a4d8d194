package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private StudyResult result(MadeUpStudy study) throws IOException {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, PLAN);
    return study.of(StudyPlan.of(JsonFile.read(file)));
  }

  /** The text encoder holds until 60 % and then loses all; the U-Net declines from the start. */
  private static double planted(double text, double unet) {
    return 0.8 - (text > 0.6 ? 0.4 : 0) - 0.2 * unet;
  }

  @Test
  void writesPageTablesAndMarkdown() throws IOException {
    StudyResult result =
        result(
            MadeUpStudy.small(
                (text, unet) -> text > 0.7 ? null : Double.valueOf(planted(text, unet))));

    Path page = StudyReport.write(result, folder);

    String html = Files.readString(page);
    assertThat(html)
        .contains("<h1>Study made &lt;up&gt;</h1>", "Each score is the mean of 256 images")
        .contains("a third of that lost within 10 points of sparsity")
        .contains("No images of text encoder 80% by magnitude: images are NaN.")
        .doesNotContain("FID", "http://", "https://", "Frechet", "published")
        .containsPattern("(?s)<figure class=\"chart\" id=\"chart-1\">.*CLIPScore, text encoder");
    int parts = 2;
    int scores = 2;
    int splits = 2;
    int layers = 4;
    assertThat(html.split("<figure", -1).length - 1)
        .isEqualTo(parts * scores * Denominator.values().length + splits + layers);
    assertThat(Files.readString(folder.resolve("text.csv")).lines())
        .containsExactly(
            "\"text encoder, of selected\",\"text encoder, of all\",of model,CLIPScore,low,high,"
                + "Fréchet distance",
            "0.00 %,0.00 %,0.00 %,0.8000,0.7900,0.8100,0.2000",
            "20.00 %,10.00 %,4.00 %,0.8000,0.7900,0.8100,0.2000",
            "60.00 %,30.00 %,12.00 %,0.8000,0.7900,0.8100,0.2000",
            "80.00 %,40.00 %,16.00 %,failed,failed,failed,failed");
    assertThat(Files.readString(folder.resolve(StudyReport.MARKDOWN)))
        .contains("# Study made <up>", "## Both", "| N/A |");
    JsonNode json = new ObjectMapper().readTree(folder.resolve(StudyReport.JSON).toFile());
    assertThat(json.path("study").asText()).isEqualTo("made <up>");
    assertThat(json.path("tables").findValuesAsText("id")).contains("text", "paper_table_1");
    assertThat(Files.readString(folder.resolve("study_layers.csv")).lines())
        .contains("U-Net 40% by magnitude,unet,\"a|b,\"\"c\"\"\",250,100,40.00 %,0.2000");
  }

  @Test
  void publishedScoresStandBesideThoseOfTheSameModelOnly() throws IOException {
    StudyReport.write(result(MadeUpStudy.sd2(StudyReportTest::planted)), folder);

    assertThat(Files.readString(folder.resolve("text.csv")).lines())
        .startsWith(
            "\"text encoder, of selected\",\"text encoder, of all\",of model,CLIPScore,low,high,"
                + "Fréchet distance,published CLIPScore,published FID")
        .anyMatch(line -> line.startsWith("60.00 %,") && line.endsWith(",0.2677,27.21"));
  }

  @Test
  void cellsOfTablesAreQuoted() {
    ReportTable table =
        new ReportTable("t", "T", "N.", List.of("a", "b"), List.of(List.of("x,\"y\"", "u|v")));
    assertThat(table.csv()).isEqualTo("a,b\r\n\"x,\"\"y\"\"\",u|v\r\n");
    assertThat(table.markdown())
        .isEqualTo("## T\n\nN.\n\n| a | b |\n| --- | --- |\n| x,\"y\" | u\\|v |\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportTable("t", "T", "", List.of("a"), List.of(List.of())))
        .withMessage("table t: 0 cells for 1 columns");
  }
}
