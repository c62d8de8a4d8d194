package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.Sparsities;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Findings of scores that fall along planted lines; the dense model's is 0.8, the level 0.76. */
class FindingsTest {
  private static final String TEXT =
      """
      {"id": "text", "title": "Text", "text": {"method": "magnitude"},
       "sparsities": [0.2, 0.4, 0.6, 0.7, 0.8]}
      """;

  private static final String UNET =
      """
      {"id": "unet", "title": "Net", "unet": {"method": "magnitude"},
       "sparsities": [0.2, 0.3, 0.4, 0.5]}
      """;

  private static final String BOTH =
      """
      {"id": "both", "title": "Both", "text": {"method": "magnitude"},
       "unet": {"method": "magnitude"},
       "pairs": [{"text": 0.4, "unet": 0.2}, {"text": 0.6, "unet": 0.3}]}
      """;

  /** A score at a sparsity of text encoder and U-Net; none if no image can be scored. */
  private interface Scores {
    @Nullable Double of(double text, double unet);
  }

  /** Two thirds of the parameters are the U-Net's. */
  private static StudyResult result(Scores scores, String... experiments) throws IOException {
    StudyPlan plan =
        StudyPlan.of(
            new JsonFile(
                Path.of("plan.json"),
                new ObjectMapper()
                    .readTree(
                        "{\"name\": \"planted\", \"images\": 64, \"experiments\": ["
                            + String.join(",", experiments)
                            + "]}")));
    List<ConfigurationResult> results = new ArrayList<>();
    for (Configuration each : plan.configurations()) {
      double text = sparsity(each.text());
      double unet = sparsity(each.unet());
      Double score = scores.of(text, unet);
      double both = (text + 2 * unet) / 3;
      results.add(
          new ConfigurationResult(
              each.id(),
              each.label(),
              new Sparsities(
                  text, text, unet, unet, both, both, Math.round(1000 * both), 1000, 1000),
              List.of(),
              64,
              "hash",
              List.of(),
              score == null ? null : clip(score),
              score == null ? null : new DistanceResult(0.25, "made up", false, 64, 0.01),
              score == null ? "images are NaN" : null));
    }
    return new StudyResult(plan, new ObjectMapper().createObjectNode(), results, Map.of());
  }

  private static double sparsity(Optional<PrunedPart> part) {
    return part.map(each -> each.sparsity().fraction()).orElse(0.0);
  }

  private static ClipResult clip(double mean) {
    return new ClipResult(
        mean, mean - 0.01, mean + 0.01, 0.95, 1000, 0, 64, 0.1, mean, mean, mean, mean, mean);
  }

  /** The text encoder holds until 60 % and then loses half; the U-Net declines from 20 %. */
  private static double planted(double text, double unet) {
    return 0.8 - (text > 0.6 ? 0.4 : 0) - Math.max(0, unet - 0.2);
  }

  @Test
  void findsACliffAGradualDeclineAndTheBestSplit() throws IOException {
    StudyResult result = result(FindingsTest::planted, TEXT, UNET, BOTH);

    assertThat(StudyReport.findings(result))
        .containsExactly(
            "Text: about 61 % of the selected weights can be removed unnoticed. CLIPScore gives"
                + " way at a cliff, from 0.800 at 60 % to 0.400 at 70 %.",
            "Net: about 24 % of the selected weights can be removed unnoticed. CLIPScore declines"
                + " gradually, to 0.500 at 50 %. The text encoder tolerates more, and only the text"
                + " encoder has a cliff.",
            "The best split measured removes 26.7 % of the whole model's parameters (text encoder"
                + " 40% by magnitude, U-Net 20% by magnitude), at CLIPScore 0.800 (0.790 to 0.810)"
                + " and Fréchet distance 0.250 (dense 0.250).");
    assertThat(StudyReport.basis(result))
        .hasValue(
            "Each score is the mean of 64 images, with its 95 % interval. Unnoticed means a"
                + " CLIPScore at most 5 % below the dense model's, 0.800 (0.790 to 0.810); a cliff,"
                + " a third of that lost within 10 points of sparsity.");
  }

  @Test
  void saysWhetherThePartsGiveWayAsInThePaper() throws IOException {
    assertThat(Findings.besideThePaper(result(FindingsTest::planted, TEXT, UNET)))
        .hasValueSatisfying(each -> assertThat(each).endsWith("gradually. So it is here."));
    assertThat(
            Findings.besideThePaper(
                result((text, unet) -> text + unet > 0 ? 0.7 : 0.8, TEXT, UNET)))
        .hasValueSatisfying(
            each ->
                assertThat(each)
                    .contains("Not so here: neither has a cliff. The likely reason is size"));
    assertThat(Findings.besideThePaper(result(FindingsTest::planted, UNET))).isEmpty();
  }

  @Test
  void otherLayersAreNotComparedWithSplits() throws IOException {
    String all =
        """
        {"id": "all", "title": "All", "unet": {"method": "magnitude", "selection": "all"},
         "sparsities": [0.45]}
        """;
    assertThat(StudyReport.findings(result((text, unet) -> 0.8, TEXT, BOTH, all)))
        .last()
        .asString()
        .contains("The best split measured removes 40.0 %")
        .doesNotContain("One part alone", "Other layers");
    String more = all.replace("0.45", "0.9");
    assertThat(StudyReport.findings(result((text, unet) -> 0.8, TEXT, BOTH, more)))
        .last()
        .asString()
        .contains("The best split measured removes 40.0 %", "Other layers give more: 60.0 %")
        .doesNotContain("One part alone");
  }

  @Test
  void nothingFallsInRange() throws IOException {
    assertThat(StudyReport.findings(result((text, unet) -> 0.8, TEXT, UNET, BOTH)))
        .startsWith(
            "Text: 80 % of the selected weights can be removed unnoticed; more was not tried.",
            "Net: 50 % of the selected weights can be removed unnoticed; more was not tried."
                + " Which of the two tolerates more, these points do not tell.")
        .last()
        .asString()
        .contains("removes 40.0 %", "text encoder 60% by magnitude, U-Net 30% by magnitude");
  }

  @Test
  void everythingFallsAtTheFirstPoint() throws IOException {
    assertThat(
            StudyReport.findings(
                result((text, unet) -> text + unet > 0 ? 0.7 : 0.8, TEXT, UNET, BOTH)))
        .containsExactly(
            "Text: even the least that was tried, 20 % of the selected weights, is noticed."
                + " CLIPScore declines gradually, to 0.700 at 20 %.",
            "Net: even the least that was tried, 20 % of the selected weights, is noticed."
                + " CLIPScore declines gradually, to 0.700 at 20 %. Which of the two tolerates"
                + " more, these points do not tell, and neither has a cliff.",
            "No pruned model went unnoticed.");
  }

  @Test
  void pointsTooFarApartDoNotTellACliff() throws IOException {
    assertThat(
            StudyReport.findings(
                result((text, unet) -> text > 0.2 ? 0.5 : 0.8, TEXT.replace("0.4, 0.6", "0.5"))))
        .first()
        .asString()
        .contains("about 24 %", "falls from 0.800 at 20 % to 0.500 at 50 %; points between would");
  }

  @Test
  void oneComponentAloneIsComparedWithNothing() throws IOException {
    assertThat(StudyReport.findings(result(FindingsTest::planted, UNET)))
        .containsExactly(
            "Net: about 24 % of the selected weights can be removed unnoticed. CLIPScore declines"
                + " gradually, to 0.500 at 50 %.",
            "No model with both parts pruned was measured. The most that was removed unnoticed is"
                + " 13.3 % of the whole model's parameters (U-Net 20% by magnitude), at CLIPScore"
                + " 0.800 (0.790 to 0.810) and Fréchet distance 0.250 (dense 0.250).");
  }

  @Test
  void theUnetMayTolerateMoreAndOnePartAloneGiveMore() throws IOException {
    Scores scores = (text, unet) -> 0.8 - text;

    assertThat(StudyReport.findings(result(scores, TEXT, UNET, BOTH)))
        .satisfies(
            all -> {
              assertThat(all.get(1)).endsWith("more was not tried. The U-Net tolerates more.");
              assertThat(all.get(2))
                  .startsWith(
                      "Every model with both parts pruned was noticed. The most that was removed"
                          + " unnoticed is 33.3 % of the whole model's parameters (U-Net 50%");
            });
    assertThat(
            StudyReport.findings(
                result(scores, UNET, BOTH.replace("\"text\": 0.4", "\"text\": 0.02"))))
        .last()
        .asString()
        .startsWith("The best split measured removes 14.0 %")
        .contains(" One part alone gives more: 33.3 % of the whole model's parameters (U-Net 50%");
  }

  @Test
  void bothMayTolerateAboutAsMuch() throws IOException {
    Scores scores = (text, unet) -> 0.8 - Math.max(0, Math.max(text, unet) - 0.2);

    assertThat(StudyReport.findings(result(scores, TEXT, UNET)).get(1))
        .endsWith("Both tolerate about as much, and neither has a cliff.");
  }

  @Test
  void bothMayHaveACliffOrTheUnetAlone() throws IOException {
    Scores both = (text, unet) -> text > 0.6 || unet > 0.4 ? 0.2 : 0.8;
    Scores one = (text, unet) -> (unet > 0.4 ? 0.2 : 0.8) - Math.max(0, text - 0.2);

    assertThat(StudyReport.findings(result(both, TEXT, UNET)).get(1))
        .endsWith("The text encoder tolerates more, and both have a cliff.");
    assertThat(StudyReport.findings(result(one, TEXT, UNET)).get(1))
        .endsWith("The U-Net tolerates more, and only the U-Net has a cliff.");
  }

  @Test
  void imagesThatCannotBeScoredAreNoticed() throws IOException {
    assertThat(
            StudyReport.findings(
                result((text, unet) -> text > 0.6 || unet > 0 ? null : (Double) 0.8, TEXT, UNET)))
        .containsExactly(
            "Text: 60 % of the selected weights can be removed unnoticed; at 70 % no image can be"
                + " scored.",
            "Net: already at 20 % no image can be scored. The text encoder tolerates more.",
            "No model with both parts pruned was measured. The most that was removed unnoticed is"
                + " 20.0 % of the whole model's parameters (text encoder 60% by magnitude), at"
                + " CLIPScore 0.800 (0.790 to 0.810) and Fréchet distance 0.250 (dense 0.250).");
  }

  @Test
  void nothingIsSaidWithoutAScoreOfTheDenseModel() throws IOException {
    StudyResult result = result((text, unet) -> null, TEXT, UNET);

    assertThat(StudyReport.findings(result))
        .containsExactly(
            "There is no CLIPScore of the dense model, so that nothing can be said of what pruning"
                + " costs.");
    assertThat(StudyReport.basis(result)).isEmpty();
  }
}
