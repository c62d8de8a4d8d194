package io.github.espalier.metrics.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.ClipPreparation;
import io.github.espalier.metrics.clip.ClipPreprocess;
import io.github.espalier.metrics.clip.ClipVisionConfig;
import io.github.espalier.metrics.clip.GoldenClip;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Elementwise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipFeatureNetworkTest {
  @TempDir Path temp;

  private ClipModel model() throws IOException {
    return ClipModel.open(
        GoldenClip.named("transformers-quick")
            .write(Files.createDirectories(temp.resolve("clip"))));
  }

  @Test
  void featuresAreTheModelsEmbeddings() throws IOException {
    try (ClipModel model = model();
        Compute compute = Compute.withThreads(1)) {
      ClipFeatureNetwork network = new ClipFeatureNetwork(model, compute);
      ClipPreparation preparation = new ClipPreparation(model.preprocess());
      List<RgbImage> images = GoldenClip.images();
      List<FloatImage> inputs = new ArrayList<>();
      images.forEach(image -> inputs.add(preparation.prepare(image, ImageFormat.PNG)));

      float[][] found = network.compute(inputs);

      List<float[]> expected = model.embedImages(compute, images);
      assertThat(found).hasNumberOfRows(images.size());
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).containsExactly(expected.get(i)).hasSize(network.features());
      }
      assertThat(compute.workspace().lent()).isZero();
      FloatImage small = new FloatImage(3, 2, 2, new float[12]);
      assertThatThrownBy(() -> model.embedPrepared(compute, small))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the prepared image has 3 channels of 2x2, expected 3 of ");
    }
  }

  /** Of OpenAI's models, by the sizes in the configurations that transformers has of them. */
  @Test
  void onlyATowerOfItsSizesHasTheNameOfCmmdsNetwork() {
    assertThat(ClipFeatureNetwork.name(tower(336, 14, 1024, 24, 16), 768))
        .isEqualTo("clip-vit-l14-336");
    assertThat(ClipFeatureNetwork.name(tower(336, 14, 1024, 24, 16), 512)).isEqualTo("clip");
    assertThat(ClipFeatureNetwork.name(tower(224, 14, 1024, 24, 16), 768)).isEqualTo("clip");
    assertThat(ClipFeatureNetwork.name(tower(224, 32, 768, 12, 12), 512)).isEqualTo("clip");
  }

  private static ClipVisionConfig tower(int size, int patch, int width, int layers, int heads) {
    return new ClipVisionConfig(
        size, patch, width, 4 * width, layers, heads, Elementwise.Activation.QUICK_GELU, 1e-5);
  }

  /** From a folder to CMMD, which must not be called FID. */
  @Test
  void distancesAreNotCalledFid() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("images"));
    int number = 0;
    for (RgbImage image : GoldenClip.images()) {
      PngFile.write(folder.resolve(number++ + ".png"), image, Map.of());
    }
    try (ClipModel model = model();
        Compute compute = Compute.withThreads(1)) {
      ClipPreprocess preprocess = model.preprocess().withFraming(ClipFraming.CMMD);
      FeatureDistribution images =
          FeatureDistribution.of(
              "images",
              FeatureExtraction.of(
                      new ClipFeatureNetwork(model, compute), new ClipPreparation(preprocess))
                  .extract(
                      ImageFolder.list(folder, false),
                      temp.resolve("images.safetensors"),
                      ExtractionListener.NONE,
                      new Cancellation()));
      FeatureComparison comparison = FeatureComparison.of(images, images);
      assertThat(comparison.frechet().isFid()).isFalse();
      assertThat(comparison.frechet().label()).startsWith("Fréchet distance").contains("clip");
      assertThat(comparison.clipDiscrepancy()).isBetween(-1e-9, 1e-9);
    }
  }
}
