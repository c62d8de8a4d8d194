package io.github.espalier.sd2.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.ModelRun;
import io.github.espalier.sd2.nn.Recording;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A U-Net of 4 channels and text states of width 16. */
class UnetTest {
  private final FormulaParameters parameters = new FormulaParameters();
  private final Compute compute = Compute.withThreads(1);
  private Unet unet;

  @BeforeEach
  void load() throws IOException {
    ModelRun run = ModelRun.of("unet-linear").findFirst().orElseThrow();
    unet = Unet.load(UnetConfig.read(run.config()), parameters);
  }

  @AfterEach
  void close() {
    compute.close();
    parameters.close();
  }

  private FeatureMap maps(int samples, int channels, int height, int width) {
    FloatMatrix values = parameters.matrix("sample", samples * height * width, channels);
    return new FeatureMap(values, samples, height, width);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, 5, 16, wants 4 channels",
    "1, 4, 5, 12, of width 16",
    "2, 4, 5, 16, of 2 samples"
  })
  void wrongInputsAreRefused(int samples, int channels, int tokens, int width, String part) {
    FloatMatrix context = parameters.matrix("context", tokens, width);
    FeatureMap latents = maps(samples, channels, 8, 8);
    assertThatThrownBy(() -> unet.forward(compute, latents, 1, context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
    assertThat(compute.workspace().lent()).isZero();
  }

  /** Latents may be of any size, even of one that can be halved no further. */
  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "9, 16"})
  void sizesAreKept(int height, int width) {
    FloatMatrix context = parameters.matrix("context", 5, 16);
    FeatureMap out = unet.forward(compute, maps(1, 4, height, width), 1, context);
    assertThat(out.height()).isEqualTo(height);
    assertThat(out.width()).isEqualTo(width);
    for (float each : out.values().toArray()) {
      assertThat(each).isFinite();
    }
  }

  @Test
  void aCancelledRunStops() {
    FloatMatrix context = parameters.matrix("context", 5, 16);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Compute cancelled = compute.withCheck(cancellation::check);
    assertThatThrownBy(() -> unet.forward(cancelled, maps(1, 4, 8, 8), 1, context))
        .isInstanceOf(CancellationException.class);
  }

  /** The tap sees every layer of weights once, which {@link Recording} checks. */
  @Test
  void theTapSeesAllLayers() {
    Recording recording = new Recording();
    FloatMatrix context = parameters.matrix("context", 5, 16);
    unet.forward(compute.withTap(recording), maps(1, 4, 8, 8), 1, context);
    assertThat(recording.layers()).containsExactlyInAnyOrderElementsOf(parameters.weights());
  }
}
