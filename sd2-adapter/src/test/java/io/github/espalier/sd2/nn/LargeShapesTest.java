package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shapes so large that work is cut into several tasks, which the golden ones are not, against the
 * definitions; results must not depend on the number of threads.
 */
class LargeShapesTest {
  private static final double TOLERANCE = 1e-5;

  /** Runs something on one thread and on three, and returns its result. */
  private static float[] onAnyThreads(Work work) throws IOException {
    float[] first = new float[0];
    for (int threads : new int[] {1, 3}) {
      try (Compute compute = Compute.withThreads(threads);
          FormulaParameters parameters = new FormulaParameters()) {
        FloatMatrix result = work.run(compute, parameters);
        float[] values = result.toArray();
        compute.release(result);
        assertThat(compute.workspace().lent()).isZero();
        if (threads == 1) {
          first = values;
        } else {
          assertThat(values).isEqualTo(first);
        }
      }
    }
    return first;
  }

  @FunctionalInterface
  private interface Work {
    FloatMatrix run(Compute compute, FormulaParameters parameters) throws IOException;
  }

  /** More tiles than a chunk has, chunks that begin inside a sample, odd sizes. */
  @ParameterizedTest
  @EnumSource(Conv2d.Algorithm.class)
  void convolutions(Conv2d.Algorithm size) throws IOException {
    int samples = 3;
    int height = 45;
    int width = 53;
    int in = 9;
    int out = 20;
    float[] values = Formula.input("x", samples, in, height, width);
    float[] actual =
        onAnyThreads(
            (compute, parameters) ->
                Conv2d.load(parameters, "conv", in, out, Conv2d.Geometry.SAME, size)
                    .forward(compute, parameters.maps(values, samples, in, height, width))
                    .values());
    double[] expected =
        Exact.convolution(
            values,
            samples,
            in,
            height,
            width,
            Formula.weight("conv.weight", out, in, 3, 3),
            Formula.weight("conv.bias", out));
    Closeness.assertClose(
        "convolution " + size,
        FormulaParameters.channelsFirst(actual, samples, height * width),
        expected,
        TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(Conv2d.Algorithm.class)
  void convolutionsAddedToMaps(Conv2d.Algorithm size) throws IOException {
    float[] values = Formula.input("x", 8, 33, 34);
    float[] start = Formula.input("y", 8, 33, 34);
    float[] shift = Formula.input("z", 8);
    float[] sum =
        onAnyThreads(
            (compute, parameters) -> {
              Conv2d conv = Conv2d.load(parameters, "conv", 8, 8, Conv2d.Geometry.SAME, size);
              FeatureMap in = parameters.maps(values, 1, 8, 33, 34);
              FeatureMap out = conv.forward(compute, in, parameters.filled(1, shift));
              FeatureMap more = parameters.maps(start, 1, 8, 33, 34);
              conv.addTo(compute, in, more);
              float[] both = out.values().toArray();
              VectorMath.subtract(both, more.values().toArray(), both.length);
              out.values().put(0, 0, both, 0, both.length);
              return out.values();
            });
    double[] expected = new double[start.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (double) shift[i / (33 * 34)] - start[i];
    }
    Closeness.assertClose(
        "differences " + size, FormulaParameters.channelsFirst(sum, 1, 33 * 34), expected, 1e-6);
  }

  /** Few rows are split by columns, many by rows. */
  @ParameterizedTest
  @CsvSource({"77, 70, 700", "1500, 130, 70", "1025, 30, 1300"})
  void linearLayers(int rows, int in, int out) throws IOException {
    float[] values = Formula.input("x", rows, in);
    float[] actual =
        onAnyThreads(
            (compute, parameters) ->
                Linear.load(parameters, "fc", in, out)
                    .forward(compute, parameters.filled(rows, values), 1));
    double[] expected =
        Exact.linear(
            values, in, Formula.weight("fc.weight", out, in), Formula.weight("fc.bias", out));
    Closeness.assertClose("linear " + rows, actual, expected, TOLERANCE);
  }

  /** With Espalier's own GELU, which the golden activations check. */
  @ParameterizedTest
  @ValueSource(ints = {300, 1100})
  void gatedUnits(int rows) throws IOException {
    float[] values = Formula.input("x", rows, 30);
    float[] actual =
        onAnyThreads(
            (compute, parameters) ->
                Geglu.load(parameters, "ff", 30, 200)
                    .forward(compute, parameters.filled(rows, values), 1));
    float[] weights = Formula.weight("ff.weight", 400, 30);
    double[] both = Exact.linear(values, 30, weights, Formula.weight("ff.bias", 400));
    float[] gates = new float[rows * 200];
    for (int i = 0; i < gates.length; i++) {
      gates[i] = (float) both[i / 200 * 400 + 200 + i % 200];
    }
    for (int from = 0; from < gates.length; from += VectorMath.BLOCK) {
      int count = Math.min(VectorMath.BLOCK, gates.length - from);
      float[] block = Arrays.copyOfRange(gates, from, from + count);
      VectorMath.gelu(block, count);
      System.arraycopy(block, 0, gates, from, count);
    }
    double[] expected = new double[gates.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = both[i / 200 * 400 + i % 200] * gates[i];
    }
    Closeness.assertClose("geglu " + rows, actual, expected, TOLERANCE);
  }

  /** Several blocks of queries and of keys, whose maxima grow from block to block. */
  @ParameterizedTest
  @CsvSource({"700, 1300, NONE", "600, 600, CAUSAL", "1, 1025, NONE"})
  void attention(int queries, int keys, Attention.Mask mask) throws IOException {
    int width = 8;
    float[] q = Formula.values("q", (long) queries * width, 0, 3);
    float[] k = Formula.values("k", (long) keys * width, 0, 1);
    for (int i = 0; i < k.length; i++) {
      k[i] *= 3f * i / k.length;
    }
    float[] v = Formula.input("v", keys, width);
    double scale = 1 / Math.sqrt(width);
    float[] actual =
        onAnyThreads(
            (compute, parameters) ->
                new Attention(1, 1, scale, mask)
                    .forward(
                        compute,
                        parameters.filled(queries, q),
                        parameters.filled(keys, k),
                        parameters.filled(keys, v)));
    boolean causal = mask == Attention.Mask.CAUSAL;
    double[] expected = Exact.attention(q, k, v, width, scale, causal);
    Closeness.assertClose("attention " + mask, actual, expected, TOLERANCE);
  }

  /** More channels than a SiLU takes at once, and a group across its pieces. */
  @Test
  void groupNormsWithSiluOfManyChannels() throws IOException {
    int channels = 3 * 1500;
    float[] values = Formula.values("x", 4L * channels, 5, 1);
    float[] plain = onAnyThreads(norm(values, channels, GroupNorm.Then.NOTHING));
    float[] actual = onAnyThreads(norm(values, channels, GroupNorm.Then.SILU));
    double[] expected = new double[plain.length];
    for (int i = 0; i < plain.length; i++) {
      expected[i] = plain[i] / (1 + Math.exp(-plain[i]));
    }
    Closeness.assertClose("SiLU", actual, expected, TOLERANCE);
  }

  private static Work norm(float[] values, int channels, GroupNorm.Then then) {
    return (compute, parameters) -> {
      FeatureMap in = new FeatureMap(parameters.filled(4, values), 1, 2, 2);
      return GroupNorm.load(parameters, "norm", channels, 3, 1e-5).forward(compute, in, then);
    };
  }

  /** Several runs of pixels for each sample, the last one short. */
  @ParameterizedTest
  @ValueSource(ints = {5, 48, 1300})
  void groupNorms(int perGroup) throws IOException {
    int pixels = 300;
    int channels = 2 * perGroup;
    float[] values = Formula.values("x", 2L * pixels * channels, 5, 1);
    float[] actual =
        onAnyThreads(
            (compute, parameters) -> {
              FeatureMap in = new FeatureMap(parameters.filled(2 * pixels, values), 2, 20, 15);
              GroupNorm norm = GroupNorm.load(parameters, "norm", channels, 2, 1e-5);
              return norm.forward(compute, in, GroupNorm.Then.NOTHING);
            });
    float[] weight = Formula.weight("norm.weight", channels);
    float[] bias = Formula.weight("norm.bias", channels);
    double[] expected = new double[values.length];
    for (int part = 0; part < 4; part++) {
      int first = part / 2 * pixels * channels + part % 2 * perGroup;
      int[] members =
          IntStream.range(0, pixels * perGroup)
              .map(i -> first + i / perGroup * channels + i % perGroup)
              .toArray();
      scatter(Exact.normal(values, members, 1e-5), members, weight, bias, expected);
    }
    Closeness.assertClose("group norm " + perGroup, actual, expected, TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 320})
  void layerNorms(int width) throws IOException {
    int rows = 1000;
    float[] values = Formula.values("x", (long) rows * width, -2, 1);
    float[] actual =
        onAnyThreads(
            (compute, parameters) ->
                LayerNorm.load(parameters, "norm", width, 1e-5)
                    .forward(compute, parameters.filled(rows, values)));
    float[] weight = Formula.weight("norm.weight", width);
    float[] bias = Formula.weight("norm.bias", width);
    double[] expected = new double[values.length];
    for (int row = 0; row < rows; row++) {
      int[] members = IntStream.range(row * width, (row + 1) * width).toArray();
      scatter(Exact.normal(values, members, 1e-5), members, weight, bias, expected);
    }
    Closeness.assertClose("layer norm " + width, actual, expected, TOLERANCE);
  }

  private static void scatter(
      double[] normal, int[] members, float[] weight, float[] bias, double[] target) {
    for (int i = 0; i < members.length; i++) {
      int channel = members[i] % weight.length;
      target[members[i]] = normal[i] * weight[channel] + bias[channel];
    }
  }
}
