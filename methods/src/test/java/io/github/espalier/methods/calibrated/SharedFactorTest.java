package io.github.espalier.methods.calibrated;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** SparseGPT of layers with the same input, such as query, key and value of an attention. */
class SharedFactorTest {
  private static final int INPUTS = 24;
  private static final Sparsity HALF = Sparsity.of(0.5);

  /** The factor needs the Gram matrix: it is computed as often as that is read. */
  private final AtomicInteger reads = new AtomicInteger();

  private static CalibratedLayer layer(int seed) {
    double[] gram = new double[INPUTS * INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      for (int j = 0; j < INPUTS; j++) {
        gram[i * INPUTS + j] = (i == j ? 2 : 0) + Math.cos(i - j);
      }
    }
    float[] weights = new float[8 * INPUTS];
    Random random = new Random(seed);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return new CalibratedLayer(Shape.of(8, INPUTS), weights, gram, 10);
  }

  private float[] prune(SparseGpt method, int seed, Optional<InputMemo> memo) throws IOException {
    CalibratedLayer layer = layer(seed);
    try (TensorScope scope = new TensorScope()) {
      LayerContext alone = layer.context(HALF, SparsityPattern.LAYER, scope);
      LayerContext context =
          new LayerContext(
              alone.layer(),
              alone.data(),
              HALF,
              alone.pattern(),
              (any, owner) -> {
                reads.incrementAndGet();
                return Optional.of(layer.statistics(owner));
              },
              scope,
              memo.orElseGet(alone::memo));
      Outcome.Updated outcome = (Outcome.Updated) method.prune(context);
      return FloatMatrix.of(outcome.weights()).toArray();
    }
  }

  @Test
  void threeLayersShareOneFactorAndHaveTheWeightsThatTheyHaveAlone() throws IOException {
    SparseGpt method = SparseGpt.withDefaults();
    List<float[]> alone = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      alone.add(prune(method, seed, Optional.empty()));
    }
    assertThat(reads).hasValue(3);
    reads.set(0);
    try (TensorScope scope = new TensorScope()) {
      InputMemo memo = InputMemo.in(scope);
      for (int seed = 0; seed < 3; seed++) {
        assertThat(prune(method, seed, Optional.of(memo))).containsExactly(alone.get(seed));
      }
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void anotherDampingIsAnotherFactor() throws IOException {
    float[] alone = prune(SparseGpt.withDefaults().withDamping(0.5), 1, Optional.empty());
    reads.set(0);
    try (TensorScope scope = new TensorScope()) {
      InputMemo memo = InputMemo.in(scope);
      float[] first = prune(SparseGpt.withDefaults(), 1, Optional.of(memo));
      float[] second = prune(SparseGpt.withDefaults().withDamping(0.5), 1, Optional.of(memo));
      assertThat(second).containsExactly(alone).isNotEqualTo(first);
    }
    assertThat(reads).hasValue(2);
  }
}
