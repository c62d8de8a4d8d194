package io.github.espalier.sd2.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.sd2.architecture.VaeConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.ModelRun;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wrong inputs, and what is drawn from an encoder's distribution. */
class VaeTest {
  private final FormulaParameters parameters = new FormulaParameters();
  private final Compute compute = Compute.withThreads(1);

  @AfterEach
  void close() {
    compute.close();
    parameters.close();
  }

  private static VaeConfig config() throws IOException {
    return VaeConfig.read(ModelRun.of("vae").findFirst().orElseThrow().config());
  }

  private FeatureMap maps(int channels, int height, int width) {
    return new FeatureMap(parameters.matrix("m", height * width, channels), 1, height, width);
  }

  @Test
  void theDecoderRefusesOtherChannels() throws IOException {
    VaeDecoder decoder = VaeDecoder.load(config(), parameters);
    assertThatThrownBy(() -> decoder.forward(compute, maps(3, 4, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("4 channels", "with 3 channels");
  }

  @Test
  void theEncoderRefusesOtherChannelsAndTinyImages() throws IOException {
    VaeEncoder encoder = VaeEncoder.load(config(), parameters);
    assertThatThrownBy(() -> encoder.forward(compute, maps(4, 32, 32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3 channels", "with 4 channels");
    assertThatThrownBy(() -> encoder.forward(compute, maps(3, 32, 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("at least 8", "32x7");
    assertThat(encoder.forward(compute, maps(3, 8, 9)).mean()).hasSize(4);
    assertThat(compute.workspace().lent()).isZero();
  }

  @Test
  void latentsAreDrawnFromTheDistribution() {
    float[] mean = {1, -2, 0, 3};
    float[] logVariance = {0, (float) Math.log(4), -30, 20};
    LatentDistribution latents = new LatentDistribution(1, 1, 2, 2, mean, logVariance);
    float[] sample = latents.sample(new float[] {-1, 1, 1, 0});
    assertThat(sample[0]).isZero();
    assertThat(sample[1]).isCloseTo(0f, within(1e-6f));
    assertThat(sample[2]).isEqualTo((float) Math.exp(-15));
    assertThat(sample[3]).isEqualTo(3);
    assertThatThrownBy(() -> latents.sample(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3 numbers", "4 latents");
  }
}
