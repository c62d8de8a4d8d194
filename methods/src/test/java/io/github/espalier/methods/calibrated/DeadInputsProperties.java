package io.github.espalier.methods.calibrated;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.sparsegpt.BlockRule;
import io.github.espalier.methods.sparsegpt.Reconstruction;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What SparseGPT does about inputs that were always zero, any number of them. */
class DeadInputsProperties {
  private static final int ROWS = 5;
  private static final int COLUMNS = 24;
  private static final int BLOCK = 8;
  private static final Grouped TWO_OF_FOUR = new Grouped(2, 4);
  private static final SparseGpt EXACT = SparseGpt.withDefaults().withBlockSize(BLOCK);
  private static final SparseGpt REFERENCE = EXACT.with(BlockRule.REFERENCE);

  /** A layer whose live inputs are correlated, and its dead inputs. */
  private record Sample(CalibratedLayer layer, BitSet dead) {
    static Sample of(long seed, int percentDead) {
      Random random = new Random(seed);
      BitSet dead = new BitSet();
      for (int j = 0; j < COLUMNS; j++) {
        dead.set(j, random.nextInt(100) < percentDead);
      }
      double[] gram = new double[COLUMNS * COLUMNS];
      for (int t = 0; t < 3 * COLUMNS; t++) {
        double cause = random.nextGaussian();
        double[] x = new double[COLUMNS];
        for (int j = 0; j < COLUMNS; j++) {
          x[j] = dead.get(j) ? 0 : cause + random.nextGaussian();
        }
        for (int i = 0; i < gram.length; i++) {
          gram[i] += x[i / COLUMNS] * x[i % COLUMNS];
        }
      }
      float[] weights = new float[ROWS * COLUMNS];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = random.nextInt(10) == 0 ? -0f : (float) random.nextGaussian();
      }
      return new Sample(new CalibratedLayer(Shape.of(ROWS, COLUMNS), weights, gram, 3), dead);
    }

    /** Weights of dead inputs are zero where pruned, and keep their bits where not. */
    void keepsDeadWeights(Reconstruction found) {
      FloatBuffer weights = NdArrays.floats(found.weights());
      for (int i = 0; i < layer.weights().length; i++) {
        if (dead.get(i % COLUMNS)) {
          float expected = found.mask().isKept(i) ? layer.weights()[i] : 0;
          assertThat(Float.floatToRawIntBits(weights.get(i)))
              .isEqualTo(Float.floatToRawIntBits(expected));
        }
      }
    }

    /** No block, or group of a row, that keeps a weight of a dead input prunes a live one's. */
    void prunesDeadWeightsFirst(Mask mask, int width, int rowsTogether) {
      for (int row = 0; row < ROWS; row += rowsTogether) {
        for (int first = 0; first < COLUMNS; first += width) {
          boolean keepsDead = false;
          boolean prunesLive = false;
          for (int i = 0; i < rowsTogether * width; i++) {
            int column = first + i % width;
            int index = (row + i / width) * COLUMNS + column;
            keepsDead |= dead.get(column) && mask.isKept(index);
            // A live weight of zero costs nothing either, and may go in place of a dead one.
            prunesLive |= !dead.get(column) && !mask.isKept(index) && layer.weights()[index] != 0;
          }
          assertThat(keepsDead && prunesLive).isFalse();
        }
      }
    }

    void prunesAllDeadWeights(Mask mask) {
      for (int i = 0; i < layer.weights().length; i++) {
        assertThat(mask.isKept(i) && dead.get(i % COLUMNS)).isFalse();
      }
    }
  }

  @Property(tries = 200, seed = "411")
  void exactCountsHoldAndKeptDeadWeightsStay(
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int percent,
      @ForAll @IntRange(max = 100) int percentDead)
      throws IOException {
    Sample sample = Sample.of(seed, percentDead);
    Sparsity sparsity = Sparsity.parse(percent + "%");
    try (TensorScope scope = new TensorScope()) {
      Reconstruction found =
          EXACT.solve(sample.layer.context(sparsity, SparsityPattern.LAYER, scope));

      assertThat(found.mask().prunedCount()).isEqualTo(sparsity.countOf(ROWS * COLUMNS));
      assertThat(found.deadColumns()).isEqualTo(sample.dead.cardinality());
      sample.keepsDeadWeights(found);
      sample.prunesDeadWeightsFirst(found.mask(), BLOCK, ROWS);
    }
  }

  @Property(tries = 200, seed = "412")
  void groupsHaveTheirZerosAndKeptDeadWeightsStay(
      @ForAll long seed, @ForAll @IntRange(max = 100) int percentDead) throws IOException {
    Sample sample = Sample.of(seed, percentDead);
    try (TensorScope scope = new TensorScope()) {
      Reconstruction found =
          EXACT.solve(sample.layer.context(TWO_OF_FOUR.sparsity(), TWO_OF_FOUR, scope));

      assertThat(found.mask().prunedPerGroup(TWO_OF_FOUR)).containsOnly(2);
      sample.keepsDeadWeights(found);
      sample.prunesDeadWeightsFirst(found.mask(), TWO_OF_FOUR.groupSize(), 1);
    }
  }

  @Property(tries = 200, seed = "413")
  void givenMaskIsKeptAndSoAreDeadWeights(
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int percent,
      @ForAll @IntRange(max = 100) int percentDead)
      throws IOException {
    Sample sample = Sample.of(seed, percentDead);
    MaskBuilder builder = Mask.builder(sample.layer.shape());
    Random random = new Random(seed);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      if (random.nextInt(100) < percent) {
        builder.prune(i);
      }
    }
    Mask mask = builder.build();
    try (TensorScope scope = new TensorScope()) {
      Reconstruction found =
          EXACT.reconstruct(
              sample.layer.context(Sparsity.ZERO, SparsityPattern.LAYER, scope), mask);

      assertThat(found.mask()).isEqualTo(mask);
      sample.keepsDeadWeights(found);
    }
  }

  @Property(tries = 100, seed = "414")
  void publishedRulePrunesAllDeadWeights(
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int percent,
      @ForAll @IntRange(max = 100) int percentDead)
      throws IOException {
    Sample sample = Sample.of(seed, percentDead);
    try (TensorScope scope = new TensorScope()) {
      Sparsity sparsity = Sparsity.parse(percent + "%");
      Mask all = Mask.keepAll(sample.layer.shape());
      for (Reconstruction found :
          new Reconstruction[] {
            REFERENCE.solve(sample.layer.context(sparsity, SparsityPattern.LAYER, scope)),
            REFERENCE.solve(sample.layer.context(TWO_OF_FOUR.sparsity(), TWO_OF_FOUR, scope)),
            REFERENCE.reconstruct(sample.layer.context(sparsity, TWO_OF_FOUR, scope), all)
          }) {
        sample.prunesAllDeadWeights(found.mask());
        sample.keepsDeadWeights(found);
      }
    }
  }
}
