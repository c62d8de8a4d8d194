package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention.Mask;
import io.github.espalier.sd2.nn.Elementwise.Activation;
import io.github.espalier.sd2.nn.GroupNorm.Then;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A sample's result is the same bits alone and in a batch, for what works on each sample alone.
 * Linear layers and convolutions are left out: they multiply all samples at once, and OpenBLAS adds
 * in another order for other numbers of rows.
 */
class BatchProperties {
  private interface Block {
    FloatMatrix apply(Compute compute, FeatureMap input) throws IOException;
  }

  private static void check(Block block, int samples, int side, int channels, long seed)
      throws IOException {
    try (Compute compute = Compute.withThreads(2)) {
      FeatureMap input = TestMaps.random(compute, samples, side, side, channels, new Random(seed));
      FloatMatrix all = block.apply(compute, input);
      int rows = all.rows() / samples;
      for (int sample = 0; sample < samples; sample++) {
        FloatMatrix alone = block.apply(compute, TestMaps.sample(input, sample));
        assertThat(alone.toArray())
            .as("sample %d", sample)
            .isEqualTo(all.rows(sample * rows, rows).toArray());
      }
    }
  }

  @Property(seed = "20275", tries = 30)
  void attention(
      @ForAll @IntRange(min = 1, max = 4) int samples,
      @ForAll @IntRange(min = 1, max = 30) int side,
      @ForAll @IntRange(min = 1, max = 4) int heads,
      @ForAll Mask mask,
      @ForAll long seed)
      throws IOException {
    check(
        (compute, map) ->
            new Attention(map.samples(), heads, 0.5, mask)
                .forward(compute, map.values(), map.values(), map.values()),
        samples,
        side,
        16 * heads,
        seed);
  }

  @Property(seed = "20276", tries = 30)
  void normsAndActivations(
      @ForAll @IntRange(min = 1, max = 4) int samples,
      @ForAll @IntRange(min = 1, max = 30) int side,
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
            FeatureMap larger = Elementwise.nearest(compute, map.with(grouped), 2 * side, side + 1);
            return layerNorm.forward(compute, larger.values());
          };
      check(block, samples, side, channels, seed);
    }
  }
}
