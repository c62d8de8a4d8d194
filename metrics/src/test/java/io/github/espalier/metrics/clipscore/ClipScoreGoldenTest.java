package io.github.espalier.metrics.clipscore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.GoldenClip;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores of the references' models in float64, and NumPy's draws. */
class ClipScoreGoldenTest {
  /** Of a cosine: embeddings are computed in binary32. */
  private static final Offset<Double> TOLERANCE = within(1e-5);

  /** Rounding of sums in another order. */
  private static final Offset<Double> EXACT = within(1e-12);

  @TempDir Path folder;

  static List<GoldenClip> models() {
    return GoldenClip.models();
  }

  private static ClipScores score(ClipModel model, Compute compute) {
    ClipScorer scorer = ClipScorer.of(model, compute).withPrefix("A photo depicts");
    assertThat(scorer.protocol().prefix()).isEqualTo(GoldenClip.all().get("prefix").asText());
    List<PairScore> pairs = new ArrayList<>();
    for (int i = 0; i < GoldenClip.texts().size(); i++) {
      pairs.add(scorer.score("" + i, GoldenClip.images().get(i), GoldenClip.texts().get(i)));
    }
    return new ClipScores(scorer.protocol(), pairs, List.of());
  }

  @ParameterizedTest
  @MethodSource("models")
  void cosinesAndScoresEqualTheReferences(GoldenClip golden) throws IOException {
    double[] plain = GoldenClip.numbers(golden.about().get("cosines"));
    double[] prefixed = GoldenClip.numbers(golden.about().get("prefixed"));
    ClipScores found;
    try (ClipModel model = ClipModel.open(golden.write(folder));
        Compute compute = Compute.withThreads(1)) {
      found = score(model, compute);
      assertThat(found.protocol().model()).isEqualTo(model.fingerprint());
      assertThat(found.protocol().framing()).isEqualTo(model.preprocess().framing());
    }
    assertThat(found.count()).isEqualTo(plain.length);
    double sum = 0;
    double clipped = 0;
    double prefixedClipped = 0;
    for (int i = 0; i < plain.length; i++) {
      assertThat(found.pairs().get(i).cosine()).isCloseTo(plain[i], TOLERANCE);
      assertThat(found.pairs().get(i).prefixedCosine()).isCloseTo(prefixed[i], TOLERANCE);
      sum += plain[i];
      clipped += 2.5 * Math.max(plain[i], 0);
      prefixedClipped += 2.5 * Math.max(prefixed[i], 0);
    }
    int n = plain.length;
    assertThat(found.mean(ClipScoreKind.COSINE)).isCloseTo(sum / n, TOLERANCE);
    assertThat(found.mean(ClipScoreKind.CLIP_SCORE)).isCloseTo(clipped / n, within(2.5e-5));
    assertThat(found.mean(ClipScoreKind.PREFIXED_CLIP_SCORE))
        .isCloseTo(prefixedClipped / n, within(2.5e-5));
    JsonNode torchmetrics = golden.about().get("torchmetrics");
    if (torchmetrics != null) {
      int pairs = golden.about().get("torchmetricsPairs").asInt();
      ClipScores first =
          new ClipScores(found.protocol(), found.pairs().subList(0, pairs), List.of());
      // A hundred cosines: 1e-5 of a cosine.
      assertThat(first.mean(ClipScoreKind.PERCENT) / 100)
          .isCloseTo(torchmetrics.asDouble() / 100, TOLERANCE);
    }
  }

  @Test
  void intervalIsNumpys() {
    JsonNode golden = GoldenClip.all().get("bootstrap");
    Bootstrap bootstrap =
        Bootstrap.withDefaults()
            .withResamples(golden.get("resamples").asInt())
            .withSeed(golden.get("seed").asLong());
    MeanInterval interval =
        bootstrap.interval(GoldenClip.numbers(golden.get("values")), mean -> mean);
    assertThat(interval.low()).isCloseTo(golden.get("low").asDouble(), EXACT);
    assertThat(interval.high()).isCloseTo(golden.get("high").asDouble(), EXACT);
    assertThat(bootstrap.interval(new double[] {0.25}, mean -> mean).low()).isEqualTo(0.25);
  }
}
