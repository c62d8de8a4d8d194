package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention.Mask;
import io.github.espalier.sd2.nn.Conv2d.Algorithm;
import io.github.espalier.sd2.nn.Conv2d.Geometry;
import io.github.espalier.sd2.nn.Elementwise.Activation;
import io.github.espalier.sd2.nn.GroupNorm.Then;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Results are the same bits for any number of threads. */
class ThreadsProperties {
  /** An operation on maps whose result is a matrix of the workspace. */
  private interface Block {
    FloatMatrix apply(Compute compute, FeatureMap input) throws IOException;
  }

  private static final int[] THREADS = {1, 2, 3};

  private static void check(Block block, int samples, int side, int channels, long seed)
      throws IOException {
    float[] first = new float[0];
    for (int threads : THREADS) {
      try (Compute compute = Compute.withThreads(threads)) {
        FeatureMap input =
            TestMaps.random(compute, samples, side, side, channels, new Random(seed));
        float[] found = block.apply(compute, input).toArray();
        if (threads == 1) {
          first = found;
        }
        assertThat(found).as("%d threads", threads).isEqualTo(first);
      }
    }
  }

  @Property(seed = "20271", tries = 30)
  void convolutions(
      @ForAll @IntRange(min = 1, max = 2) int samples,
      @ForAll @IntRange(min = 1, max = 40) int side,
      @ForAll @IntRange(min = 8, max = 80) int in,
      @ForAll @IntRange(min = 8, max = 150) int out,
      @ForAll Algorithm maps,
      @ForAll boolean halving,
      @ForAll long seed)
      throws IOException {
    try (RandomParameters parameters = new RandomParameters(new Random(seed))) {
      Geometry geometry = halving ? Geometry.HALVING : Geometry.SAME;
      Conv2d conv = Conv2d.load(parameters, "conv", in, out, geometry, maps);
      check((compute, map) -> conv.forward(compute, map).values(), samples, side, in, seed);
    }
  }

  @Property(seed = "20272", tries = 30)
  void linearLayers(
      @ForAll @IntRange(min = 1, max = 2) int samples,
      @ForAll @IntRange(min = 1, max = 40) int side,
      @ForAll @IntRange(min = 1, max = 80) int in,
      @ForAll @IntRange(min = 1, max = 400) int out,
      @ForAll boolean gated,
      @ForAll long seed)
      throws IOException {
    try (RandomParameters parameters = new RandomParameters(new Random(seed))) {
      if (gated) {
        Geglu geglu = Geglu.load(parameters, "layer", in, out);
        check(
            (compute, map) -> geglu.forward(compute, map.values(), samples),
            samples,
            side,
            in,
            seed);
      } else {
        Linear linear = Linear.load(parameters, "layer", in, out);
        check((compute, map) -> linear.forward(compute, map), samples, side, in, seed);
      }
    }
  }

  @Property(seed = "20273", tries = 20)
  void attention(
      @ForAll @IntRange(min = 1, max = 2) int samples,
      @ForAll @IntRange(min = 1, max = 30) int side,
      @ForAll @IntRange(min = 1, max = 4) int heads,
      @ForAll Mask mask,
      @ForAll long seed)
      throws IOException {
    Attention attention = new Attention(samples, heads, 0.5, mask);
    check(
        (compute, map) -> attention.forward(compute, map.values(), map.values(), map.values()),
        samples,
        side,
        16 * heads,
        seed);
  }

  @Property(seed = "20274", tries = 30)
  void normsAndActivations(
      @ForAll @IntRange(min = 1, max = 2) int samples,
      @ForAll @IntRange(min = 1, max = 50) int side,
      @ForAll @IntRange(min = 1, max = 30) int perGroup,
      @ForAll Then then,
      @ForAll Activation activation,
      @ForAll long seed)
      throws IOException {
    int channels = 4 * perGroup;
    try (RandomParameters parameters = new RandomParameters(new Random(seed))) {
      GroupNorm groupNorm = GroupNorm.load(parameters, "group", channels, 4, 1e-5);
      LayerNorm layerNorm = LayerNorm.load(parameters, "layer", channels, 1e-5);
      Block block =
          (compute, map) -> {
            FloatMatrix grouped = groupNorm.forward(compute, map, then);
            Elementwise.apply(compute, activation, grouped);
            return layerNorm.forward(compute, grouped);
          };
      check(block, samples, side, channels, seed);
    }
  }
}
