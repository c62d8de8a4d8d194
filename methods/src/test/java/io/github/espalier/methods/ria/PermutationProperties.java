package io.github.espalier.methods.ria;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.calibrated.CalibratedLayer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a deal of inputs keeps, by a count of its own. */
class PermutationProperties {
  private static final int ROWS = 5;

  /** Sums of some hundred saliencies in binary64, in two orders. */
  private static final double ROUNDING = 1e-12;

  /** A layer of random weights and inputs, some of them dead, and a pattern. */
  private record Sample(CalibratedLayer layer, Grouped pattern) {
    static Sample of(long seed, int groups, int zeros, int size, boolean convolution) {
      Random random = new Random(seed);
      int inputs = groups * size;
      Shape shape = convolution ? Shape.of(ROWS, inputs, 2, 2) : Shape.of(ROWS, inputs);
      int columns = convolution ? 4 * inputs : inputs;
      float[] weights = new float[ROWS * columns];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      double[] gram = new double[columns * columns];
      for (int i = 0; i < columns; i++) {
        gram[i * columns + i] = random.nextInt(5) == 0 ? 0 : Math.exp(random.nextGaussian());
      }
      Grouped pattern = new Grouped(zeros, size).with(ConvolutionLayout.INPUT_CHANNELS);
      return new Sample(new CalibratedLayer(shape, weights, gram, 1), pattern);
    }

    LayerContext context(TensorScope scope) {
      return layer.context(pattern.sparsity(), pattern, scope);
    }

    /** The sum that a mask keeps; its zeros are found to be in groups of the order. */
    double kept(Ria method, TensorScope scope) throws IOException {
      LayerContext context = context(scope);
      Mask mask = method.prune(context).mask();
      int[] order = method.inputOrder(context);
      int columns = layer.columns();
      assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, columns).toArray());
      for (int i = 0; i < ROWS * columns; i += pattern.groupSize()) {
        int pruned = 0;
        for (int j = i; j < i + pattern.groupSize(); j++) {
          pruned += mask.isKept(j / columns * columns + order[j % columns]) ? 0 : 1;
        }
        assertThat(pruned).isEqualTo(pattern.zerosPerGroup());
      }
      FloatBuffer saliency = NdArrays.floats(method.saliency(context));
      double kept = 0;
      for (int i = 0; i < saliency.limit(); i++) {
        kept += mask.isKept(i) ? saliency.get(i) : 0;
      }
      return kept;
    }

    /** The sum that an order keeps. */
    double kept(FloatBuffer saliency, int[] order) {
      double kept = 0;
      float[] group = new float[pattern.groupSize()];
      for (int i = 0; i < saliency.limit(); i += group.length) {
        for (int j = 0; j < group.length; j++) {
          int column = order[(i + j) % order.length];
          group[j] = saliency.get(i / order.length * order.length + column);
        }
        Arrays.sort(group);
        for (int j = pattern.zerosPerGroup(); j < group.length; j++) {
          kept += group[j];
        }
      }
      return kept;
    }
  }

  @Property(tries = 200, seed = "431")
  void assignmentKeepsNoLessThanTheHeuristicDeal(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int groups,
      @ForAll @IntRange(min = 2, max = 6) int size,
      @ForAll @IntRange(min = 1, max = 5) int zeros,
      @ForAll boolean convolution)
      throws IOException {
    Assume.that(zeros < size);
    Sample sample = Sample.of(seed, groups, zeros, size, convolution);
    try (TensorScope scope = new TensorScope()) {
      double dealt = sample.kept(Ria.withDefaults().with(Permutation.HEURISTIC), scope);
      double assigned = sample.kept(Ria.withDefaults().with(Permutation.ASSIGNMENT), scope);

      assertThat(assigned).isGreaterThanOrEqualTo(dealt * (1 - ROUNDING));
    }
  }

  /** The last place to be improved is the best it can be, of all ways to deal its inputs. */
  @Property(tries = 100, seed = "432")
  void noOtherDealOfTheLastPlaceKeepsMore(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int groups,
      @ForAll @IntRange(min = 2, max = 4) int size,
      @ForAll @IntRange(min = 1, max = 3) int zeros)
      throws IOException {
    Assume.that(zeros < size);
    Sample sample = Sample.of(seed, groups, zeros, size, false);
    try (TensorScope scope = new TensorScope()) {
      Ria method = Ria.withDefaults().with(Permutation.ASSIGNMENT);
      FloatBuffer saliency = NdArrays.floats(method.saliency(sample.context(scope)));
      int[] order = method.inputOrder(sample.context(scope));

      double kept = sample.kept(saliency, order);

      assertThat(best(sample, saliency, order, 0)).isLessThanOrEqualTo(kept * (1 + ROUNDING));
    }
  }

  /** The most that is kept if the last places of the groups from one on are swapped in any way. */
  private static double best(Sample sample, FloatBuffer saliency, int[] order, int group) {
    int size = sample.pattern.groupSize();
    int place = group * size + size - 1;
    if (place >= order.length) {
      return sample.kept(saliency, order);
    }
    double best = 0;
    for (int other = place; other < order.length; other += size) {
      int[] swapped = order.clone();
      swapped[place] = order[other];
      swapped[other] = order[place];
      best = Math.max(best, best(sample, saliency, swapped, group + 1));
    }
    return best;
  }
}
