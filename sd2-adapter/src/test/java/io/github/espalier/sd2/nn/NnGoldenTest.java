package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers and modules against PyTorch and diffusers in binary64. */
class NnGoldenTest {
  private static final double TOLERANCE = 1e-5;

  /**
   * Ops that are tested elsewhere: the activation below, since its results are of very different
   * sizes; the transformers and the sinusoids where their classes are.
   */
  private static final List<String> ELSEWHERE =
      List.of("activation", "BasicTransformerBlock", "Transformer2DModel", "timestep_embedding");

  static Stream<GoldenCase> cases() {
    return GoldenCase.except(ELSEWHERE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorchOnAnyNumberOfThreads(GoldenCase golden) throws IOException {
    for (Conv2d.Algorithm size : Conv2d.Algorithm.values()) {
      float[] actual = CaseRunner.run(golden, size, 1);
      Closeness.assertClose(golden + " " + size, actual, golden.tensor("output"), TOLERANCE);
      assertThat(CaseRunner.run(golden, size, 2)).isEqualTo(actual);
    }
  }

  @Test
  void thereAreAllCases() {
    assertThat(GoldenCase.except(List.of())).hasSize(61);
  }

  /**
   * Each element by itself: an absolute error of 1e-6 or, for large ones, a relative one of 1e-6.
   * The approximation of the error function is good to 1.5e-7 times half the argument, and the grid
   * goes to 12.
   */
  @ParameterizedTest
  @CsvSource({"GELU, gelu", "QUICK_GELU, quick_gelu", "SILU, silu"})
  void activations(Elementwise.Activation activation, String name) {
    GoldenCase golden = GoldenCase.of("activation").findFirst().orElseThrow();
    double[] in = golden.tensor("input");
    double[] expected = golden.tensor(name);
    try (Compute compute = Compute.withThreads(1);
        FormulaParameters owner = new FormulaParameters()) {
      FloatMatrix values = owner.room(1, in.length);
      for (int i = 0; i < in.length; i++) {
        values.put(0, i, new float[] {(float) in[i]}, 0, 1);
      }
      Elementwise.apply(compute, activation, values);
      for (int i = 0; i < in.length; i++) {
        assertThat(Math.abs(values.get(0, i) - expected[i]))
            .as("%s of %s", name, in[i])
            .isLessThanOrEqualTo(1e-6 * Math.max(1, Math.abs(expected[i])));
      }
    }
  }
}
