package io.github.espalier.sd2.unet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.nn.Closeness;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.GoldenCase;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts of the U-Net against diffusers. */
class UnetModulesGoldenTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<GoldenCase> blocks() {
    return GoldenCase.of("BasicTransformerBlock");
  }

  static Stream<GoldenCase> transformers() {
    return GoldenCase.of("Transformer2DModel");
  }

  static Stream<GoldenCase> sinusoids() {
    return GoldenCase.of("timestep_embedding");
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void transformerBlock(GoldenCase golden) throws IOException {
    try (FormulaParameters parameters = new FormulaParameters();
        Compute compute = Compute.withThreads(1)) {
      FloatMatrix states = golden.rows(parameters, "hidden_states");
      FloatMatrix context = golden.rows(parameters, "context");
      int heads = golden.argument("heads").intValue();
      new TransformerBlock(parameters, golden.name(), states.columns(), heads, context.columns())
          .applyTo(compute, states, context, golden.shape("context")[0]);
      assertThat(compute.workspace().lent()).isZero();
      Closeness.assertClose(golden.name(), states.toArray(), golden.tensor("output"), TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void spatialTransformer(GoldenCase golden) throws IOException {
    try (FormulaParameters parameters = new FormulaParameters();
        Compute compute = Compute.withThreads(1)) {
      FeatureMap map = golden.maps(parameters, "input");
      FloatMatrix context = golden.rows(parameters, "context");
      UnetConfig config =
          UnetConfig.sd2().toBuilder()
              .normNumGroups(golden.argument("groups").intValue())
              .crossAttentionDim(context.columns())
              .useLinearProjection(golden.argument("linear_projection").booleanValue())
              .build();
      int heads = golden.argument("heads").intValue();
      new SpatialTransformer(parameters, golden.name(), map.channels(), heads, config)
          .applyTo(compute, map, context);
      assertThat(compute.workspace().lent()).isZero();
      Closeness.assertClose(
          golden.name(), FormulaParameters.channelsFirst(map), golden.tensor("output"), TOLERANCE);
    }
  }

  /**
   * An angle is good to one digit of binary32, which is 1.2e-7 of it at most, in PyTorch too: its
   * exponential is off by one digit for 3 of 160 frequencies. Rounding of the cosine adds 1.2e-7.
   */
  @ParameterizedTest
  @MethodSource("sinusoids")
  void sinusoidsOfTimesteps(GoldenCase golden) {
    int width = golden.argument("dim").intValue();
    double[] timesteps = golden.tensor("t");
    for (String reference : List.of("output", "exact")) {
      double[] expected = golden.tensor(reference);
      for (int i = 0; i < timesteps.length; i++) {
        float[] actual = TimeEmbedding.sinusoids(timesteps[i], width);
        for (int j = 0; j < width; j++) {
          assertThat(Math.abs(actual[j] - expected[i * width + j]))
              .as("%s %s of %s, number %s", golden, reference, timesteps[i], j)
              .isLessThanOrEqualTo(1.2e-7 * (1 + timesteps[i]));
        }
      }
    }
  }
}
