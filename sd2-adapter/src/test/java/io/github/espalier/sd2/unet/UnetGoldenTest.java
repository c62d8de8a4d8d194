package io.github.espalier.sd2.unet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.nn.Closeness;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.ModelRun;
import io.github.espalier.sd2.nn.Recording;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole small U-Nets against diffusers in binary64. */
class UnetGoldenTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<ModelRun> runs() {
    return ModelRun.of("unet-");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void agreesWithDiffusers(ModelRun run) throws IOException {
    Recording recording = new Recording();
    try (FormulaParameters parameters = new FormulaParameters();
        Compute compute = Compute.withThreads(2)) {
      Unet unet = Unet.load(UnetConfig.read(run.config()), parameters);
      FeatureMap latents = run.maps(parameters, "sample");
      FloatMatrix context = run.rows(parameters, "context");
      double timestep = run.argument("timestep").doubleValue();
      FeatureMap out = unet.forward(compute.withTap(recording), latents, timestep, context);
      assertThat(compute.workspace().lent()).isEqualTo(1);
      Closeness.assertClose(
          run + " sample", FormulaParameters.channelsFirst(out), run.result("sample"), TOLERANCE);
    }
    recording.assertOutputs(run, List.of("conv_norm_out"), TOLERANCE);
    recording.assertInputs(run, TOLERANCE);
    recording.assertLastNorm(run, "conv_norm_out", "conv_out", TOLERANCE);
  }
}
