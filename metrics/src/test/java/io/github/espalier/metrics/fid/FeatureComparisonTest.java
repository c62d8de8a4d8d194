package io.github.espalier.metrics.fid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.FormulaImages;
import io.github.espalier.metrics.extract.CountingNetwork;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.NetworkId;
import io.github.espalier.metrics.extract.NetworkNames;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.frechet.FrechetDistance;
import io.github.espalier.metrics.frechet.InfinityExtrapolation;
import io.github.espalier.metrics.frechet.SamplingBias;
import io.github.espalier.metrics.kernel.KernelInceptionDistance;
import io.github.espalier.metrics.npz.MomentsFile;
import io.github.espalier.metrics.protocol.FidProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be compared, and what the number is called. */
class FeatureComparisonTest {
  @TempDir Path temp;
  private Path real;
  private Path generated;

  @BeforeEach
  void fill() throws IOException {
    real = FormulaImages.writeSet(0, temp.resolve("real"));
    generated = FormulaImages.writeSet(1, temp.resolve("generated"));
  }

  private FeatureDistribution extract(Path folder, String network, FidProtocol protocol)
      throws IOException {
    Path target = temp.resolve(folder.getFileName() + network + protocol);
    FeatureExtraction.of(new CountingNetwork(network), protocol)
        .run(
            ImageFolder.list(folder, false),
            target,
            true,
            ExtractionListener.NONE,
            new Cancellation());
    return FeatureDistribution.read(target);
  }

  @Test
  void otherNetworksGiveNoFid() throws IOException {
    FeatureDistribution first = extract(real, "stripes", FidProtocol.CLEAN_FID);
    FeatureDistribution second = extract(generated, "stripes", FidProtocol.CLEAN_FID);
    FrechetInceptionDistance found = FeatureComparison.of(first, second).frechet();
    assertThat(found.value())
        .isPositive()
        .isEqualTo(FrechetDistance.between(first.moments(), second.moments()).value());
    assertThat(found.isFid()).isFalse();
    assertThat(found.label())
        .isEqualTo("Fréchet distance (network stripes, tap stripes, protocol clean-fid)");
    assertThat(found.warning().orElseThrow())
        .startsWith("with 12 and 12 images a Fréchet distance is about ")
        .endsWith("; 12 images leave a covariance of 13 features singular");
  }

  @Test
  void nobodyCanTakeTheNamesOfCheckedNetworks() {
    assertThatThrownBy(() -> NetworkId.of("fid-inception-v3", "2048", "weights"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the name fid-inception-v3 belongs to the network that InceptionFeatureNetwork checks");
    assertThatThrownBy(() -> NetworkId.of("clip-vit-l14-336", "image embedding", "weights"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the name clip-vit-l14-336 belongs to the network that ClipFeatureNetwork checks");
    CountingNetwork pretender =
        new CountingNetwork(NetworkNames.named("clip-vit-l14-336", "image embedding"));
    assertThatThrownBy(() -> FeatureExtraction.of(pretender, FidProtocol.PYTORCH_FID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the name clip-vit-l14-336 belongs to ClipFeatureNetwork");
  }

  @Test
  void differentOriginsAreNotCompared() throws IOException {
    FeatureDistribution first = extract(real, "stripes", FidProtocol.CLEAN_FID);
    FeatureDistribution paper = extract(generated, "stripes", FidProtocol.PAPER);
    assertThatThrownBy(() -> FeatureComparison.of(first, paper))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            first.name()
                + " and "
                + paper.name()
                + " cannot be compared: the features of the first are of protocol clean-fid, not"
                + " paper");
    FeatureDistribution other = extract(generated, "other", FidProtocol.CLEAN_FID);
    assertThatThrownBy(() -> FeatureComparison.of(first, other))
        .hasMessageEndingWith("of network stripes, not other");
  }

  /** As other programs write them. */
  private static FeatureMoments withoutCount(FeatureMoments moments) {
    double[][] covariance = new double[moments.width()][moments.width()];
    for (int i = 0; i < covariance.length; i++) {
      moments.covariance(i, covariance[i]);
    }
    return FeatureMoments.of(moments.mean(), covariance);
  }

  @Test
  void statisticsOfUnknownOriginAreCalledSo() throws IOException {
    FeatureDistribution first = extract(real, "stripes", FidProtocol.CLEAN_FID);
    FeatureDistribution second = extract(generated, "stripes", FidProtocol.CLEAN_FID);
    Path npz = temp.resolve("real.NPZ");
    MomentsFile.write(npz, withoutCount(first.moments()), false);
    FeatureDistribution statistics = FeatureDistribution.read(npz);
    FeatureComparison comparison = FeatureComparison.of(statistics, second);
    FrechetInceptionDistance found = comparison.frechet();
    assertThat(found.value())
        .isCloseTo(FeatureComparison.of(first, second).frechet().value(), within(1e-12));
    assertThat(found.label())
        .isEqualTo(
            "Fréchet distance (network stripes, tap stripes, protocol clean-fid; "
                + npz
                + " does not say what made its features)");
    double atLeast = SamplingBias.ofOne(second.moments(), 12).expected();
    assertThat(found.bias().orElseThrow().expected()).isEqualTo(atLeast);
    assertThat(found.warning().orElseThrow())
        .startsWith("with 12 images on one side and an unknown number on the other a Fréchet");
    assertThat(FeatureComparison.of(second, statistics).frechet().bias().orElseThrow().expected())
        .isEqualTo(atLeast);
    assertThat(FeatureComparison.of(statistics, statistics).frechet().bias()).isEmpty();
    assertThat(FeatureComparison.of(statistics, statistics).frechet().label())
        .startsWith("Fréchet distance (network, tap and protocol unknown; ");
    assertThatThrownBy(comparison::precisionRecall)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "precision and recall needs the features of images, but "
                + npz
                + " has only their statistics");
  }

  @Test
  void complementsComeFromTheSameFeatures() throws IOException {
    FeatureComparison comparison =
        FeatureComparison.of(
            extract(real, "stripes", FidProtocol.CLEAN_FID),
            extract(generated, "stripes", FidProtocol.CLEAN_FID));
    assertThat(comparison.precisionRecall().precision()).isBetween(0.0, 1.0);
    KernelInceptionDistance whole = KernelInceptionDistance.withDefaults().withSubsets(2, 12);
    assertThat(comparison.kernel(whole).mean())
        .isCloseTo(comparison.kernelOfAll(), within(1e-9 * Math.abs(comparison.kernelOfAll())));
    InfinityExtrapolation how =
        InfinityExtrapolation.withDefaults().withLeastCount(6).withPoints(3);
    assertThat(comparison.infinity(how).points()).hasSize(3);
    assertThat(comparison.clipDiscrepancy()).isPositive();
  }

  /** Statistics come from the file row by row; the features are read for other measures only. */
  @Test
  void featuresAreReadWhenAMeasureNeedsThem() throws IOException {
    FeatureDistribution first = extract(real, "stripes", FidProtocol.CLEAN_FID);
    FeatureDistribution second = extract(generated, "stripes", FidProtocol.CLEAN_FID);
    FeatureComparison comparison = FeatureComparison.of(first, second);
    double before = comparison.frechet().value();
    assertThat(comparison.precisionRecall().precision()).isBetween(0.0, 1.0);
    Files.delete(Path.of(first.name()));
    Files.delete(Path.of(second.name()));
    assertThat(comparison.precisionRecall().precision()).isBetween(0.0, 1.0);
    FeatureComparison another =
        FeatureComparison.of(
            extract(real, "stripes", FidProtocol.CLEAN_FID),
            extract(generated, "stripes", FidProtocol.CLEAN_FID));
    Files.delete(Path.of(second.name()));
    assertThat(another.frechet().value()).isEqualTo(before);
    assertThatThrownBy(another::kernelOfAll)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(second.name());
  }

  @Test
  void whatLacksImagesCanBeRefused() throws IOException {
    Path bad = Files.createFile(real.resolve("bad.png"));
    Path target = temp.resolve("skipping");
    FeatureExtraction.of(new CountingNetwork("stripes"), FidProtocol.CLEAN_FID)
        .skippingUnreadable()
        .run(
            ImageFolder.list(real, false),
            target,
            true,
            ExtractionListener.NONE,
            new Cancellation());
    FeatureDistribution lacking = FeatureDistribution.read(target);
    assertThat(lacking.skipped()).isEqualTo(1);
    assertThatThrownBy(lacking::requireNoneSkipped)
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            target
                + ": lacks features of 1 image that could not be read: bad.png ("
                + bad
                + ": is empty, expected a PNG file (89 50 4e 47 0d 0a 1a 0a) or a JPEG file (ff d8"
                + " ff)); mend or remove it, or ask for such images to be skipped");
    FeatureDistribution whole = extract(generated, "stripes", FidProtocol.CLEAN_FID);
    assertThat(whole.requireNoneSkipped()).isSameAs(whole);
  }

  @Test
  void aDistanceNeedsTwoImages() throws IOException {
    Path one = Files.createDirectory(temp.resolve("one"));
    FormulaImages.write(one, "image", false, FormulaImages.ofSet(0, 0));
    assertThatThrownBy(() -> extract(one, "stripes", FidProtocol.PYTORCH_FID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has features of 1 image, but a distance needs at least 2");
    ExtractedFeatures features = ExtractedFeatures.read(temp.resolve("onestripesPYTORCH_FID"));
    assertThat(features.load().rows()).isEqualTo(1);
  }
}
