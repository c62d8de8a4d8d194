package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.sd2.nn.Conv2d.Geometry;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Pooling against loops over each window. */
class PoolingProperties {
  @Provide
  Arbitrary<Geometry> windows() {
    return Arbitraries.of(
        List.of(
            Geometry.SAME,
            Geometry.HALVING,
            new Geometry(3, 3, 2, Padding.NONE),
            new Geometry(2, 3, 2, new Padding(1, 0, 2, 1)),
            new Geometry(1, 1, 1, Padding.NONE)));
  }

  @Property(seed = "20265", tries = 200)
  void maximaAndMeans(
      @ForAll("windows") Geometry window,
      @ForAll @IntRange(min = 3, max = 12) int height,
      @ForAll @IntRange(min = 3, max = 12) int width,
      @ForAll @IntRange(min = 1, max = 9) int channels,
      @ForAll long seed) {
    try (Compute compute = Compute.withThreads(2)) {
      FeatureMap input = TestMaps.random(compute, 2, height, width, channels, new Random(seed));
      int outHeight = window.outputHeight(height);
      int outWidth = window.outputWidth(width);
      FeatureMap large =
          new FeatureMap(
              compute.take(2 * outHeight * outWidth, channels + 3), 2, outHeight, outWidth);
      FeatureMap output = large.channels(2, channels);

      Pooling.max(compute, window, input, output);
      verify(window, input, output, Result.MAXIMUM);
      Pooling.mean(compute, window, input, false, output);
      verify(window, input, output, Result.MEAN);
      Pooling.mean(compute, window, input, true, output);
      verify(window, input, output, Result.RECTIFIED_MEAN);
    }
  }

  private enum Result {
    MAXIMUM,
    MEAN,
    RECTIFIED_MEAN
  }

  private static void verify(Geometry window, FeatureMap input, FeatureMap output, Result result) {
    float[] values = output.values().toArray();
    for (int i = 0; i < values.length; i++) {
      int channel = i % output.channels();
      int pixel = i / output.channels();
      // Nine numbers of at most 1: ten roundings of sums up to 9, divided by their number.
      assertThat((double) values[i])
          .isCloseTo(expected(window, input, output, pixel, channel, result), within(1e-6));
    }
  }

  private static double expected(
      Geometry window, FeatureMap input, FeatureMap output, int pixel, int channel, Result result) {
    int sample = pixel / output.pixels();
    int top = pixel % output.pixels() / output.width() * window.stride() - window.padding().top();
    int left = pixel % output.width() * window.stride() - window.padding().left();
    double sum = 0;
    double greatest = Double.NEGATIVE_INFINITY;
    int count = 0;
    for (int y = Math.max(top, 0); y < Math.min(top + window.height(), input.height()); y++) {
      for (int x = Math.max(left, 0); x < Math.min(left + window.width(), input.width()); x++) {
        double value =
            input.values().get((sample * input.height() + y) * input.width() + x, channel);
        sum += value;
        greatest = Math.max(greatest, value);
        count++;
      }
    }
    return switch (result) {
      case MAXIMUM -> greatest;
      case MEAN -> sum / count;
      case RECTIFIED_MEAN -> Math.max(sum / count, 0);
    };
  }

  @Example
  void meanOfAllPixels() {
    try (Compute compute = Compute.withThreads(1)) {
      FeatureMap map =
          new FeatureMap(TestMaps.matrix(compute, 4, 2, 9f, 9f, 9f, 9f, 1f, -2f, 2f, -4f), 2, 1, 2);
      assertThat(Pooling.mean(map, 1)).containsExactly(1.5f, -3f);
      assertThatThrownBy(() -> Pooling.mean(map, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Example
  void refusesWhatDoesNotFit() {
    try (Compute compute = Compute.withThreads(1)) {
      FeatureMap map = TestMaps.random(compute, 1, 4, 4, 2, new Random(1));
      FeatureMap small = TestMaps.random(compute, 1, 3, 4, 2, new Random(1));
      assertThatThrownBy(() -> Pooling.max(compute, Geometry.SAME, map, small))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 maps of 4x4 with 2 channels does not fit 1 maps of 3x4");
      Geometry lost = new Geometry(1, 1, 1, new Padding(1, 0, 0, 0));
      FeatureMap tall = TestMaps.random(compute, 1, 5, 4, 2, new Random(1));
      assertThatThrownBy(() -> Pooling.max(compute, lost, map, tall))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can lie on padding alone");
    }
  }
}
