package io.github.espalier.metrics.fid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.clip.ClipPreparation;
import io.github.espalier.metrics.clip.ClipPreprocess;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.extract.NetworkId;
import io.github.espalier.metrics.extract.NetworkNames;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * No number has the name of a measure that it is not. FID itself is in the tests of the network.
 */
class ComparisonLabelsTest {
  private static ComparisonLabels clip(String network, int size, ClipFraming framing) {
    String protocol =
        new ClipPreparation(ClipPreprocess.openAi(size).withFraming(framing)).protocol();
    NetworkId id = NetworkNames.named(network, "image embedding");
    return new ComparisonLabels(Optional.of(new FeatureOrigin(id, protocol)), Optional.empty());
  }

  @Test
  void cmmdNeedsItsModelAndItsFraming() {
    ComparisonLabels cmmd = clip("clip-vit-l14-336", 336, ClipFraming.CMMD);
    assertThat(cmmd.isCmmd()).isTrue();
    assertThat(cmmd.discrepancy()).isEqualTo("CMMD");
    assertThat(cmmd.isFid()).isFalse();
    assertThat(cmmd.frechet()).startsWith("Fréchet distance (network clip-vit-l14-336, ");

    ComparisonLabels framedOtherwise = clip("clip-vit-l14-336", 336, ClipFraming.TORCHVISION);
    assertThat(framedOtherwise.isCmmd()).isFalse();
    assertThat(framedOtherwise.discrepancy())
        .startsWith(
            "Discrepancy of embeddings (network clip-vit-l14-336, tap image embedding, protocol"
                + " clip-torchvision-336 ");
    assertThat(clip("clip", 336, ClipFraming.CMMD).isCmmd()).isFalse();
    assertThat(clip("clip-vit-l14-336", 224, ClipFraming.CMMD).isCmmd()).isFalse();
    ComparisonLabels doubtful = new ComparisonLabels(cmmd.origin(), Optional.of("a.npz"));
    assertThat(doubtful.isCmmd()).isFalse();
    assertThat(doubtful.discrepancy()).endsWith("; a.npz does not say what made its features)");
  }

  @Test
  void unknownFeaturesGiveNeutralNames() {
    ComparisonLabels unknown = new ComparisonLabels(Optional.empty(), Optional.of("a.npz"));
    String made = " (network, tap and protocol unknown; a.npz does not say what made its features)";
    assertThat(unknown.frechet()).isEqualTo("Fréchet distance" + made);
    assertThat(unknown.infinity()).isEqualTo("Fréchet distance at infinity" + made);
    assertThat(unknown.kernel()).isEqualTo("Kernel distance" + made);
    assertThat(unknown.discrepancy()).isEqualTo("Discrepancy of embeddings" + made);
  }

  /** Names come from comparisons only; nobody can make them of a network that was not checked. */
  @Test
  void nobodyElseCanMakeThem() {
    assertThat(ComparisonLabels.class.getConstructors()).isEmpty();
    assertThat(FrechetInceptionDistance.class.getConstructors()).isEmpty();
    assertThat(ComparisonLabels.class).isFinal();
    assertThat(FrechetInceptionDistance.class).isFinal();
  }
}
