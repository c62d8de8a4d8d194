package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/** Layer norms against two passes in binary64. */
class LayerNormProperties {
  private static final double EPSILON = 1e-5;

  @Property(seed = "20270", tries = 300)
  void ofRowsWithAMean(
      @ForAll @IntRange(min = 1, max = 200) int rows,
      @ForAll @IntRange(min = 1, max = 90) int width,
      @ForAll @FloatRange(min = -10_000, max = 10_000) float mean,
      @ForAll @FloatRange(min = 0, max = 3) float spread,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    try (RandomParameters parameters = new RandomParameters(random);
        Compute compute = Compute.withThreads(2)) {
      LayerNorm norm = LayerNorm.load(parameters, "norm", width, EPSILON);
      float[] values = TestMaps.numbers(rows * width, random);
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] * spread + mean;
      }
      FloatMatrix matrix = TestMaps.matrix(compute, rows, width, values);
      float[] found = norm.forward(compute, matrix).toArray();

      assertThat(matrix.toArray()).as("the input").isEqualTo(values);
      for (int row = 0; row < rows; row++) {
        verify(parameters, values, found, row * width, width);
      }
    }
  }

  /**
   * Sums are in binary64 and the mean has two parts, so that there are six operations in binary32:
   * two subtractions, the first of which is as exact as the mean's first part is close, the scale's
   * rounding, two products and a sum.
   */
  private static void verify(
      RandomParameters parameters, float[] values, float[] found, int from, int width) {
    double mean = 0;
    for (int i = 0; i < width; i++) {
      mean += values[from + i];
    }
    mean /= width;
    double variance = 0;
    for (int i = 0; i < width; i++) {
      double d = values[from + i] - mean;
      variance += d * d;
    }
    double scale = 1 / Math.sqrt(variance / width + EPSILON);
    for (int i = 0; i < width; i++) {
      double normal = (values[from + i] - mean) * scale;
      double weight = parameters.of("norm.weight")[i];
      double bias = parameters.of("norm.bias")[i];
      double last = Math.abs(mean) * 0x1p-24 * scale;
      double bound = 0x1p-24 * (6 * Math.abs(normal) + 2 * last + Math.abs(bias));
      assertThat(Math.abs(found[from + i] - (normal * weight + bias)))
          .as("number %d, mean %s, scale %s", from + i, mean, scale)
          .isLessThanOrEqualTo(bound + 1e-10);
    }
  }
}
