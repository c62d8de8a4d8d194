package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Conv2d.Algorithm;
import io.github.espalier.sd2.nn.Conv2d.Geometry;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Convolutions against loops in binary64. */
class Conv2dProperties {
  private record Case(
      int samples, int height, int width, int in, int out, Geometry geometry, Algorithm maps) {
    boolean kernelFits() {
      Padding padding = geometry.padding();
      int apart = geometry.dilation();
      return height + padding.top() + padding.bottom() > (geometry.height() - 1) * apart
          && width + padding.left() + padding.right() > (geometry.width() - 1) * apart;
    }

    int outputHeight() {
      return geometry.outputHeight(height);
    }

    int outputWidth() {
      return geometry.outputWidth(width);
    }
  }

  private static Arbitrary<Case> cases(int mostPixels, int mostChannels) {
    Arbitrary<Integer> pixels = Arbitraries.integers().between(1, mostPixels);
    Arbitrary<Integer> channels = Arbitraries.integers().between(1, mostChannels);
    Padding odd = new Padding(0, 1, 0, 1);
    Arbitrary<Geometry> geometry =
        Arbitraries.of(
            List.of(
                Geometry.SAME,
                Geometry.HALVING,
                new Geometry(3, 3, 2, odd),
                new Geometry(1, 1, 1, Padding.NONE),
                new Geometry(3, 3, 1, Padding.NONE),
                new Geometry(3, 3, 1, odd),
                new Geometry(3, 1, 1, new Padding(1, 1, 0, 0)),
                new Geometry(4, 1, 1, new Padding(2, 0, 0, 0)),
                new Geometry(2, 1, 1, new Padding(1, 1, 0, 0)),
                new Geometry(1, 3, 1, new Padding(0, 0, 1, 1)),
                new Geometry(1, 4, 1, new Padding(0, 0, 3, 2)),
                new Geometry(1, 2, 2, Padding.NONE),
                new Geometry(2, 3, 2, new Padding(2, 1, 0, 3)),
                new Geometry(5, 4, 3, Padding.of(4)),
                new Geometry(3, 3, 1, 2, Padding.of(2)),
                new Geometry(1, 3, 1, 3, new Padding(0, 0, 1, 2)),
                new Geometry(3, 2, 2, 4, odd)));
    return Combinators.combine(
            Arbitraries.integers().between(1, 3),
            pixels,
            pixels,
            channels,
            channels,
            geometry,
            Arbitraries.of(Algorithm.values()))
        .as(Case::new)
        .filter(Case::kernelFits);
  }

  @Provide
  Arbitrary<Case> small() {
    return cases(9, 20);
  }

  /** Large enough for several chunks of positions, and of tiles across samples. */
  @Provide
  Arbitrary<Case> large() {
    return cases(70, 9);
  }

  @Property(seed = "20263", tries = 300)
  void smallMaps(@ForAll("small") Case each, @ForAll long seed) throws IOException {
    check(each, seed);
  }

  @Property(seed = "20264", tries = 30)
  void largeMaps(@ForAll("large") Case each, @ForAll long seed) throws IOException {
    check(each, seed);
  }

  private static void check(Case c, long seed) throws IOException {
    Random random = new Random(seed);
    try (RandomParameters parameters = new RandomParameters(random);
        Compute compute = Compute.withThreads(2)) {
      Conv2d conv = Conv2d.load(parameters, "conv", c.in, c.out, c.geometry, c.maps);
      FeatureMap input = TestMaps.random(compute, c.samples, c.height, c.width, c.in, random);
      float[] shifts = TestMaps.numbers(c.out, random);
      FloatMatrix row = TestMaps.matrix(compute, 1, c.out, shifts);
      Reference reference = new Reference(c, parameters, input);

      FeatureMap fresh = conv.forward(compute, input);
      reference.verify("fresh", fresh, new float[c.out], new float[0]);
      reference.verify("shifted", conv.forward(compute, input, row), shifts, new float[0]);
      float[] before = TestMaps.numbers((int) fresh.values().elements(), random);
      fresh.values().put(0, 0, before, 0, before.length);
      conv.addTo(compute, input, fresh);
      reference.verify("added", fresh, new float[c.out], before);
      assertThat(compute.workspace().lent()).as("matrices still lent").isEqualTo(4);
      checkRectified(c, conv, compute, input, before);
    }
  }

  /** Written to some channels of larger maps, rectified or not, the numbers are the same. */
  private static void checkRectified(
      Case c, Conv2d conv, Compute compute, FeatureMap input, float[] before) {
    FeatureMap plain = conv.forward(compute, input);
    FeatureMap large = plain.with(compute.take(plain.values().rows(), c.out + 3));
    FeatureMap some = large.channels(2, c.out);
    conv.forwardTo(compute, input, some);
    assertThat(some.values().toArray()).isEqualTo(plain.values().toArray());

    conv.rectified().forwardTo(compute, input, some);
    verifyRectified(some, plain);
    some.values().copyAll(TestMaps.matrix(compute, plain.values().rows(), c.out, before));
    plain.values().copyAll(some.values());
    conv.addTo(compute, input, plain);
    conv.rectified().addTo(compute, input, some);
    verifyRectified(some, plain);
  }

  /** The bias may be added last instead of first: one rounding of a sum differs. */
  private static void verifyRectified(FeatureMap found, FeatureMap plain) {
    float[] values = found.values().toArray();
    float[] sums = plain.values().toArray();
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isCloseTo(Math.max(sums[i], 0f), within(2e-5f));
    }
  }

  /** Sums and sums of magnitudes of one convolution. */
  private static final class Reference {
    private final Case c;
    private final float[] weights;
    private final float[] bias;
    private final float[] input;

    Reference(Case c, RandomParameters parameters, FeatureMap input) {
      this.c = c;
      this.weights = parameters.of("conv.weight");
      this.bias = parameters.of("conv.bias");
      this.input = input.values().toArray();
    }

    void verify(String name, FeatureMap found, float[] shifts, float[] before) {
      assertThat(found.samples()).isEqualTo(c.samples);
      assertThat(found.height()).isEqualTo(c.outputHeight());
      assertThat(found.width()).isEqualTo(c.outputWidth());
      float[] values = found.values().toArray();
      int at = 0;
      for (int sample = 0; sample < c.samples; sample++) {
        for (int y = 0; y < c.outputHeight(); y++) {
          for (int x = 0; x < c.outputWidth(); x++) {
            for (int o = 0; o < c.out; o++, at++) {
              double expected =
                  sum(sample, y, x, o)
                      + bias[o]
                      + shifts[o]
                      + (before.length == 0 ? 0 : before[at]);
              assertThat(Math.abs(values[at] - expected))
                  .as("%s: sample %d, pixel %d, %d, channel %d of %s", name, sample, y, x, o, c)
                  .isLessThanOrEqualTo(bound());
            }
          }
        }
      }
    }

    /**
     * The most that rounding can do, in units of 2^-24, if all numbers are at most 1. A sum of n
     * products rounds each of them n times at most, and bias, shift and earlier value add three
     * (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). Winograd's points are products
     * of inputs up to 4, rounded twice, and of weights up to 9/4, rounded once; each is summed over
     * the channels; each output is a sum of 9 points in four steps.
     */
    private double bound() {
      boolean minimal =
          c.maps == Algorithm.WINOGRAD && Winograd.suits(c.geometry) && Math.min(c.in, c.out) >= 8;
      int products = c.in * c.geometry.height() * c.geometry.width();
      return minimal
          ? 0x1p-24 * (c.in + 10) * (9 * 4 * 2.25 * c.in + 3)
          : 0x1p-24 * (products + 4) * (products + 3);
    }

    private double sum(int sample, int y, int x, int o) {
      Geometry g = c.geometry;
      double sum = 0;
      for (int i = 0; i < g.height(); i++) {
        int row = y * g.stride() - g.padding().top() + i * g.dilation();
        for (int j = 0; j < g.width(); j++) {
          int column = x * g.stride() - g.padding().left() + j * g.dilation();
          if (row < 0 || row >= c.height || column < 0 || column >= c.width) {
            continue;
          }
          int pixel = (sample * c.height + row) * c.width + column;
          for (int k = 0; k < c.in; k++) {
            double weight = weights[((o * c.in + k) * g.height() + i) * g.width() + j];
            sum += weight * input[pixel * c.in + k];
          }
        }
      }
      return sum;
    }
  }
}
