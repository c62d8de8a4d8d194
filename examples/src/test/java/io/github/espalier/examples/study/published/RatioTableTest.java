package io.github.espalier.examples.study.published;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatioTableTest {
  private static List<List<String>> texts(RatioTable table) {
    List<List<String>> texts = new ArrayList<>();
    for (int row = 0; row < table.rows().size(); row++) {
      List<String> line = new ArrayList<>();
      for (int column = 0; column < table.columns().size(); column++) {
        line.add(table.text(row, column));
      }
      texts.add(line);
    }
    return texts;
  }

  @Test
  void tableOneFollowsFromTheSizes() {
    assertThat(texts(RatioTable.paper(ModelSizes.SD2)))
        .containsExactly(
            List.of("53% / 7%", "35% / 14%", "18% / 21%"),
            List.of("80% / 10%", "53% / 21%", "27% / 31%"),
            List.of("N/A", "71% / 28%", "35% / 42%"),
            List.of("N/A", "89% / 35%", "44% / 52%"),
            List.of("N/A", "N/A", "53% / 63%"));
  }

  /** The published runs are the cells that can be, and no others, for both ways of pruning. */
  @Test
  void cellsAreThePublishedRuns() {
    List<ComponentSparsities> cells = new ArrayList<>();
    RatioTable table = RatioTable.paper(ModelSizes.SD2);
    for (int row = 0; row < table.rows().size(); row++) {
      for (int column = 0; column < table.columns().size(); column++) {
        table.cell(row, column).ifPresent(cells::add);
      }
    }
    for (String id : List.of("ratios", "ratios-owl")) {
      assertThat(PublishedStudy.load().table(id).rows())
          .extracting(each -> new ComponentSparsities(each.textEncoder(), each.unet()))
          .containsExactlyElementsOf(cells);
    }
  }

  /** Rounded sizes are not those that the authors computed with. */
  @Test
  void nominalSizesMissThreeCells() {
    assertThat(texts(RatioTable.paper(ModelSizes.NOMINAL)))
        .containsExactly(
            List.of("53% / 7%", "35% / 14%", "18% / 21%"),
            List.of("79% / 10%", "53% / 21%", "26% / 31%"),
            List.of("N/A", "71% / 28%", "35% / 42%"),
            List.of("N/A", "88% / 35%", "44% / 52%"),
            List.of("N/A", "N/A", "53% / 63%"));
  }
}
