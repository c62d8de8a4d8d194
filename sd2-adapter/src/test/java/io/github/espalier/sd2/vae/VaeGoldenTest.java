package io.github.espalier.sd2.vae;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.sd2.architecture.VaeConfig;
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

/** A whole small autoencoder against diffusers in binary64. */
class VaeGoldenTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<ModelRun> encodings() {
    return runs("encode");
  }

  static Stream<ModelRun> decodings() {
    return runs("decode");
  }

  private static Stream<ModelRun> runs(String direction) {
    return ModelRun.of("vae")
        .filter(run -> run.argument("direction").textValue().equals(direction));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void encodes(ModelRun run) throws IOException {
    Recording recording = new Recording();
    try (FormulaParameters parameters = new FormulaParameters();
        Compute compute = Compute.withThreads(2)) {
      VaeEncoder encoder = VaeEncoder.load(VaeConfig.read(run.config()), parameters);
      LatentDistribution latents =
          encoder.forward(compute.withTap(recording), run.maps(parameters, "sample"));
      assertThat(compute.workspace().lent()).isZero();
      int samples = latents.samples();
      int pixels = latents.height() * latents.width();
      float[] mean = FormulaParameters.channelsFirst(latents.mean(), samples, pixels);
      float[] logVariance = FormulaParameters.channelsFirst(latents.logVariance(), samples, pixels);
      Closeness.assertClose(run + " mean", mean, run.result("mean"), TOLERANCE);
      Closeness.assertClose(run + " logvar", logVariance, run.result("logvar"), TOLERANCE);
    }
    recording.assertOutputs(run, List.of("encoder.conv_norm_out"), TOLERANCE);
    recording.assertLastNorm(run, "encoder.conv_norm_out", "encoder.conv_out", TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("decodings")
  void decodes(ModelRun run) throws IOException {
    Recording recording = new Recording();
    try (FormulaParameters parameters = new FormulaParameters();
        Compute compute = Compute.withThreads(2)) {
      VaeDecoder decoder = VaeDecoder.load(VaeConfig.read(run.config()), parameters);
      FeatureMap image =
          decoder.forward(compute.withTap(recording), run.maps(parameters, "latents"));
      assertThat(compute.workspace().lent()).isEqualTo(1);
      Closeness.assertClose(
          run + " sample", FormulaParameters.channelsFirst(image), run.result("sample"), TOLERANCE);
    }
    recording.assertOutputs(run, List.of("decoder.conv_norm_out"), TOLERANCE);
    recording.assertLastNorm(run, "decoder.conv_norm_out", "decoder.conv_out", TOLERANCE);
  }
}
