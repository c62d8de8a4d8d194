package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.GroupNorm.Then;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/** Group norms against two passes in binary64. */
class GroupNormProperties {
  private static final double EPSILON = 1e-5;

  /** One mean and deviation for all; a mean of up to a thousand deviations. */
  @Property(seed = "20269", tries = 300)
  void ofMapsWithAMean(
      @ForAll @IntRange(min = 1, max = 3) int samples,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 5) int groups,
      @ForAll @IntRange(min = 1, max = 8) int perGroup,
      @ForAll @FloatRange(min = -1000, max = 1000) float mean,
      @ForAll Then then,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    try (RandomParameters parameters = new RandomParameters(random);
        Compute compute = Compute.withThreads(2)) {
      int channels = groups * perGroup;
      GroupNorm norm = GroupNorm.load(parameters, "norm", channels, groups, EPSILON);
      int pixels = samples * height * width;
      float[] values = TestMaps.numbers(pixels * channels, random);
      for (int i = 0; i < values.length; i++) {
        values[i] += mean;
      }
      FloatMatrix matrix = TestMaps.matrix(compute, pixels, channels, values);
      FeatureMap map = new FeatureMap(matrix, samples, height, width);
      FloatMatrix found = norm.forward(compute, map, then);

      assertThat(matrix.toArray()).as("the input").isEqualTo(values);
      for (int sample = 0; sample < samples; sample++) {
        for (int group = 0; group < groups; group++) {
          verify(parameters, map, sample, group, perGroup, then, found);
        }
      }
    }
  }

  /**
   * The mean is rounded by 2^-24 of it, and so is the difference to it; the deviation comes from
   * sums of 64 in binary32, which round by 2^-24 for each, in the square root by half of it; then
   * come four operations. SiLU's slope is at most 1.1, and its own error below 4e-7.
   */
  private static void verify(
      RandomParameters parameters,
      FeatureMap map,
      int sample,
      int group,
      int perGroup,
      Then then,
      FloatMatrix found) {
    double mean = 0;
    int count = map.pixels() * perGroup;
    int first = sample * map.pixels();
    float[] values = map.values().toArray();
    int channels = map.channels();
    for (int i = 0; i < count; i++) {
      mean += values[at(i, first, group, perGroup, channels)];
    }
    mean /= count;
    double variance = 0;
    for (int i = 0; i < count; i++) {
      double d = values[at(i, first, group, perGroup, channels)] - mean;
      variance += d * d;
    }
    double scale = 1 / Math.sqrt(variance / count + EPSILON);
    float[] weight = parameters.of("norm.weight");
    float[] bias = parameters.of("norm.bias");
    float[] results = found.toArray();
    for (int i = 0; i < count; i++) {
      int index = at(i, first, group, perGroup, channels);
      int channel = index % channels;
      double normal = (values[index] - mean) * scale;
      double expected = normal * weight[channel] + bias[channel];
      double bound = 0x1p-24 * (Math.abs(mean) * scale + 40 * Math.abs(normal) + 4);
      if (then == Then.SILU) {
        expected /= 1 + Math.exp(-expected);
        bound = 1.1 * bound + 4e-7 * Math.abs(expected);
      }
      assertThat(Math.abs(results[index] - expected))
          .as("number %d of group %d of sample %d of %s", i, group, sample, map)
          .isLessThanOrEqualTo(bound);
    }
  }

  private static int at(int i, int firstPixel, int group, int perGroup, int channels) {
    return (firstPixel + i / perGroup) * channels + group * perGroup + i % perGroup;
  }
}
