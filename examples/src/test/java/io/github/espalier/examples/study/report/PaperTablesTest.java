package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaperTablesTest {
  private static final MadeUpStudy.Scores SCORES = (text, unet) -> 0.3 - text * unet / 2;

  private static ReportTable table(StudyResult result, String id) {
    return new PaperTables(result)
        .tables().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  private static StudyResult sd2() {
    return MadeUpStudy.sd2(SCORES).of(StudyPlan.builtIn("paper"));
  }

  private static StudyPlan plan(String experiment) throws IOException {
    String json =
        """
        {"name": "one", "images": 4,
         "sampling": {"width": 16, "height": 16, "steps": 2, "guidance": 3, "scheduler": "ddim"},
         "scores": {"distance": "judge", "judge": "judge", "references": "references"},
         "calibration": {"limit": 2, "steps": 1},
         "experiments": [{"id": "any", %s}]}
        """
            .formatted(experiment);
    return StudyPlan.of(new JsonFile(Path.of("plan.json"), new ObjectMapper().readTree(json)));
  }

  /** The sparsities of the paper's runs, and N/A where a part would have to lose too much. */
  @Test
  void table1IsThatOfThePaper() {
    ReportTable table = table(sd2(), "paper_table_1");

    assertThat(table.columns()).containsExactly("of both", "3:1", "1:1", "1:3");
    assertThat(table.rows())
        .containsExactly(
            List.of("20%", "53% / 7%", "35% / 14%", "18% / 21%"),
            List.of("30%", "80% / 10%", "53% / 21%", "27% / 31%"),
            List.of("40%", "N/A", "71% / 28%", "35% / 42%"),
            List.of("50%", "N/A", "89% / 35%", "44% / 52%"),
            List.of("60%", "N/A", "N/A", "53% / 63%"));
  }

  /** 47.5 % and 35 % are the paper's 38.5 %; of the made-up model's weights, half are selected. */
  @Test
  void table6StandsBesideThePublishedOne() {
    assertThat(table(sd2(), "paper_table_6").rows())
        .hasSize(9)
        .contains(
            List.of(
                "47.5 %",
                "35 %", "38.53 %", "18.01 %", "0.2169", "0.2069", "0.2269", "0.7831", "0.3113",
                "18.15"));
    assertThat(table(sd2(), "paper_table_10").rows().get(0)).endsWith("0.1932", "241.71");
  }

  @Test
  void methodsStandSideBySide() {
    ReportTable table = table(sd2(), "paper_text");

    assertThat(table.columns()).hasSize(1 + 4 * 4).contains("OWL, Wanda: published FID");
    assertThat(table.rows())
        .anySatisfy(
            row ->
                assertThat(row.subList(0, 9))
                    .containsExactly(
                        "52.5 %", "", "", "", "", "0.3000", "0.7000", "0.3034", "19.19"));
  }

  @Test
  void anotherModelStandsAlone() {
    List<ReportTable> tables =
        new PaperTables(MadeUpStudy.small(SCORES).of(StudyPlan.builtIn("paper"))).tables();

    assertThat(tables)
        .extracting(ReportTable::id)
        .containsExactly(
            "paper_table_1", "paper_text", "paper_unet", "paper_table_6", "paper_table_10");
    assertThat(tables)
        .allSatisfy(table -> assertThat(table.columns()).noneMatch(x -> x.contains("published")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'text': {'method': 'magnitude'}, 'sparsities': [0.5] | text-magnitude",
        "'text': {'method': 'wanda', 'allocation': 'owl'}, 'sparsities': [0.5] | text-owl-wanda",
        "'text': {'method': 'magnitude', 'selection': 'all'}, 'sparsities': [0.5] | none",
        "'text': {'method': 'ria'}, 'sparsities': [0.5] | none",
        "'unet': {'method': 'magnitude'}, 'sparsities': [0.5] | unet-magnitude",
        "'unet': {'method': 'magnitude', 'selection': 'all'}, 'sparsities': [0.5] | none",
      },
      quoteCharacter = '"')
  void experimentsAreKnownByWhatTheyDo(String experiment, String table) throws IOException {
    assertThat(PublishedScores.tableId(plan(experiment.replace('\'', '"')).experiments().get(0)))
        .isEqualTo(table.equals("none") ? Optional.empty() : Optional.of(table));
  }
}
