package io.github.espalier.metrics.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.metrics.extract.CountingNetwork;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.extract.NetworkId;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.frechet.InfinityExtrapolation;
import io.github.espalier.metrics.protocol.FidProtocol;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a comparison would fail with is said before features are computed. */
class ExpectedComparisonTest {
  private static final InfinityExtrapolation FROM_10 =
      InfinityExtrapolation.withDefaults().withLeastCount(10);

  private static ExpectedFeatures folder(String name, int images) {
    return ExpectedFeatures.of(
        new ImageFolder(Path.of(name), Collections.nCopies(images, "image.png")),
        FeatureExtraction.of(new CountingNetwork("stripes"), FidProtocol.PAPER));
  }

  private static ExpectedFeatures statistics(OptionalLong images, int width) {
    return new ExpectedFeatures("stats.npz", images, width, Optional.empty(), false);
  }

  private static ExpectedFeatures embeddings(String name, int images) {
    FeatureOrigin origin =
        new FeatureOrigin(NetworkId.of("clip", "image embedding", "weights"), "clip");
    return new ExpectedFeatures(name, OptionalLong.of(images), 13, Optional.of(origin), true);
  }

  private static void refuses(
      ExpectedFeatures real,
      ExpectedFeatures generated,
      Set<FeatureMeasure> asked,
      String message) {
    ExpectedComparison comparison = new ExpectedComparison(real, generated).requireComparable();
    assertThatThrownBy(() -> comparison.require(asked, FROM_10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatCanBeHadIsNotRefused() {
    Set<FeatureMeasure> ofFeatures =
        EnumSet.complementOf(EnumSet.of(FeatureMeasure.CLIP_DISCREPANCY));
    new ExpectedComparison(folder("real", 4), folder("generated", 24))
        .requireComparable()
        .require(ofFeatures, FROM_10);
    new ExpectedComparison(statistics(OptionalLong.empty(), 13), folder("generated", 24))
        .requireComparable()
        .require(EnumSet.of(FeatureMeasure.INFINITY), FROM_10);
    ExpectedComparison embeddings =
        new ExpectedComparison(embeddings("real", 4), embeddings("generated", 4));
    assertThat(
            embeddings
                .requireComparable()
                .require(EnumSet.of(FeatureMeasure.CLIP_DISCREPANCY), FROM_10))
        .isSameAs(embeddings);
  }

  @Test
  void statisticsWillNotDo() {
    for (FeatureMeasure each : EnumSet.of(FeatureMeasure.KERNEL, FeatureMeasure.PRECISION_RECALL)) {
      refuses(
          statistics(OptionalLong.of(50), 13),
          folder("generated", 50),
          EnumSet.of(each),
          " needs the features of images, but stats.npz has only their statistics");
    }
    refuses(
        folder("real", 50),
        statistics(OptionalLong.of(50), 13),
        EnumSet.of(FeatureMeasure.INFINITY),
        "the extrapolation needs the features of images, but stats.npz has only");
  }

  @Test
  void tooFewImagesWillNotDo() {
    refuses(
        folder("real", 3),
        folder("generated", 50),
        EnumSet.of(FeatureMeasure.PRECISION_RECALL),
        "real has 3 images, but precision and recall needs at least 4");
    refuses(
        folder("real", 50),
        folder("generated", 23),
        EnumSet.of(FeatureMeasure.INFINITY),
        "generated has 23 images, but the extrapolation by 15 subsets from 10 on needs at least"
            + " 24");
  }

  @Test
  void onlyEmbeddingsOfClipHaveThatDiscrepancy() {
    refuses(
        folder("real", 50),
        folder("generated", 50),
        EnumSet.of(FeatureMeasure.CLIP_DISCREPANCY),
        "needs those of CLIP on both sides, but those of real are of the network stripes");
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    ExpectedFeatures real = folder("real", 50);
    assertThatThrownBy(
            () -> new ExpectedComparison(real, embeddings("generated", 50)).requireComparable())
        .hasMessage(
            "real and generated cannot be compared: the features of the first are of protocol"
                + " paper, not clip");
    assertThatThrownBy(
            () ->
                new ExpectedComparison(statistics(OptionalLong.empty(), 2048), real)
                    .requireComparable())
        .hasMessage("stats.npz has 2048 features, but real has 13");
    assertThatThrownBy(() -> new ExpectedComparison(real, folder("one", 1)).requireComparable())
        .hasMessage("one has 1 image, but a distance needs at least 2");
  }

  /** 30,000 vectors of 13 features take 1.5 MB a side, twice that with copies. */
  @Test
  void featuresThatDoNotFitTheHeapAreRefused() {
    ExpectedComparison plain =
        new ExpectedComparison(folder("real", 30_000), folder("generated", 30_000));
    long both = 2L * 4 * 13 * 30_000;
    plain.require(EnumSet.of(FeatureMeasure.KERNEL), FROM_10, both * 4 / 3 + 8);
    plain.require(EnumSet.of(FeatureMeasure.INFINITY), FROM_10, both * 2 / 3 + 8);
    plain.require(EnumSet.noneOf(FeatureMeasure.class), FROM_10, 1);
    assertThatThrownBy(
            () -> plain.require(EnumSet.of(FeatureMeasure.KERNEL), FROM_10, both * 4 / 3 - 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "for the kernel distance, the features of real and generated take 2 MB, too much for a"
                + " heap of 3 MB; raise that with Java's option -Xmx5m (for the espalier command in"
                + " ESPALIER_OPTS)");
    ExpectedComparison clip =
        new ExpectedComparison(embeddings("real", 30_000), embeddings("generated", 30_000));
    assertThatThrownBy(
            () ->
                clip.require(
                    EnumSet.of(FeatureMeasure.CLIP_DISCREPANCY), FROM_10, both * 4 / 3 + 8))
        .hasMessageContaining("for the discrepancy of embeddings, the features of real and");
  }
}
