package io.github.espalier.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.FidGolden;
import io.github.espalier.metrics.FormulaImages;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.InceptionFeatureNetwork;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.fid.FrechetInceptionDistance;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.protocol.FidProtocol;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From files of images to the number, against the references. */
class WholeFidTest {
  @TempDir static Path temp;
  private static Compute compute;
  private static InceptionFeatureNetwork network;
  private static Path real;
  private static Path generated;

  @BeforeAll
  static void load() throws IOException {
    Path weights = temp.resolve("inception.safetensors");
    Safetensors.write(weights, Formula.weights(), Map.of());
    compute = Compute.withAllProcessors();
    network = InceptionFeatureNetwork.load(weights, InceptionTap.FINAL_2048, compute);
    real = FormulaImages.writeSet(0, temp.resolve("real"));
    generated = FormulaImages.writeSet(1, temp.resolve("generated"));
  }

  @AfterAll
  static void free() {
    network.close();
    compute.close();
  }

  private static FeatureDistribution features(FeatureExtraction extraction, Path folder)
      throws IOException {
    Path target =
        folder.resolveSibling(folder.getFileName() + "-" + extraction.origin().protocol());
    ExtractedFeatures features =
        extraction.extract(
            ImageFolder.list(folder, false), target, ExtractionListener.NONE, new Cancellation());
    return FeatureDistribution.of(folder.toString(), features);
  }

  /**
   * The network computes in binary32, the reference's in binary64: that is 1e-6 of the number. The
   * root of 12 images' covariances is noisy in pytorch-fid, by 3e-6.
   */
  @ParameterizedTest
  @EnumSource
  void equalsReference(FidProtocol protocol) throws IOException {
    FeatureExtraction extraction = FeatureExtraction.of(network, protocol).withBatch(8);
    FrechetInceptionDistance found =
        FeatureComparison.of(features(extraction, real), features(extraction, generated)).frechet();
    JsonNode golden = FidGolden.of(protocol);
    for (String reference : new String[] {"fid", "eigenvalues", "sqrtm", "float32"}) {
      double expected = golden.get(reference).asDouble();
      assertThat(found.value()).as(reference).isCloseTo(expected, within(1e-5 * expected));
    }
    assertThat(found.isFid()).isTrue();
    assertThat(found.label()).isEqualTo("FID (protocol " + protocol.protocol() + ")");
    assertThat(found.warning().orElseThrow()).startsWith("with 12 and 12 images");
  }

  @Test
  void stoppedRunGivesTheSameFile() throws IOException {
    FeatureExtraction extraction = FeatureExtraction.of(network, FidProtocol.PAPER).withBatch(5);
    ImageFolder folder = ImageFolder.list(real, false);
    Path whole = temp.resolve("whole");
    extraction.run(folder, whole, false, ExtractionListener.NONE, new Cancellation());
    Path stopped = temp.resolve("stopped");
    Cancellation cancellation = new Cancellation();
    ExtractionListener stop =
        (done, images) -> {
          if (done > 0) {
            cancellation.cancel();
          }
        };
    assertThatThrownBy(() -> extraction.run(folder, stopped, false, stop, cancellation))
        .isInstanceOf(CancellationException.class);
    extraction.run(folder, stopped, false, ExtractionListener.NONE, new Cancellation());
    assertThat(stopped).hasSameBinaryContentAs(whole);
  }

  @Test
  void otherTapsAreNoFid() throws IOException {
    Path weights = temp.resolve("inception.safetensors");
    Path target = temp.resolve("tap");
    try (InceptionFeatureNetwork early =
        InceptionFeatureNetwork.load(weights, InceptionTap.POOL_64, compute)) {
      FeatureExtraction.of(early, FidProtocol.CLEAN_FID)
          .run(
              ImageFolder.list(real, false),
              target,
              true,
              ExtractionListener.NONE,
              new Cancellation());
    }
    FeatureDistribution found = FeatureDistribution.read(target);
    FrechetInceptionDistance distance = FeatureComparison.of(found, found).frechet();
    assertThat(distance.isFid()).isFalse();
    assertThat(distance.label())
        .isEqualTo("Fréchet distance (network fid-inception-v3, tap 64, protocol clean-fid)");
    Files.delete(target);
  }
}
