package io.github.espalier.methods.magnitude;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.ndarray.INDArray;

class MagnitudeProperties {
  private static final int COLUMNS = 12;

  /** Magnitude without its shortcut: ranks what ND4J computes. */
  private record ThroughNd4j() implements SaliencyMethod {
    @Override
    public String name() {
      return "through-nd4j";
    }

    @Override
    public INDArray saliency(LayerContext layer) throws IOException {
      return Magnitude.withDefaults().saliency(layer);
    }
  }

  /** A layer, bits and all, with what is asked of it. */
  record Case(
      DType dtype, Shape shape, List<Long> bits, SparsityPattern pattern, Sparsity sparsity) {
    TensorData data() {
      return Weights.of(dtype, shape, bits.stream().mapToLong(Long::longValue).toArray());
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    return casesOf(DType.F16, DType.BF16, DType.F32, DType.F64);
  }

  /** Types that binary32 holds exactly, as saliencies do. */
  @Provide
  Arbitrary<Case> upToBinary32() {
    return casesOf(DType.F16, DType.BF16, DType.F32);
  }

  private static Arbitrary<Case> casesOf(DType... dtypes) {
    return Combinators.combine(
            Arbitraries.of(dtypes),
            Arbitraries.of(Shape.of(5, COLUMNS), Shape.of(11, COLUMNS), Shape.of(3, 4, 3, 1)),
            Arbitraries.of(
                SparsityPattern.LAYER, SparsityPattern.ROW, new Grouped(2, 4), new Grouped(1, 4)),
            Arbitraries.integers().between(0, 1000))
        .flatAs(
            (dtype, shape, pattern, thousandths) ->
                finite(dtype)
                    .list()
                    .ofSize((int) shape.elements())
                    .map(
                        bits ->
                            new Case(
                                dtype, shape, bits, pattern, Sparsity.of(thousandths / 1000.0))))
        .withoutEdgeCases();
  }

  /** Any finite bits, often subnormal or zero of either sign. */
  private static Arbitrary<Long> finite(DType dtype) {
    int mantissa = dtype == DType.F16 ? 10 : dtype == DType.BF16 ? 7 : dtype == DType.F32 ? 23 : 52;
    long sign = 1L << (dtype.bits() - 1);
    long infinity = (sign - 1) >>> mantissa << mantissa;
    Arbitrary<Long> any =
        Arbitraries.longs()
            .map(bits -> bits & (sign | (sign - 1)))
            .filter(bits -> (bits & infinity) != infinity);
    return Arbitraries.oneOf(
        any, Arbitraries.of(0L, sign, 1L, sign | 1, 2L, 1L << mantissa, infinity - 1));
  }

  private static Mask prune(SaliencyMethod method, Case each, TensorData data) throws IOException {
    Layer layer =
        new Layer("w", new Component("unet"), LayerKind.LINEAR, data.shape(), data.dtype());
    try (TensorScope scope = new TensorScope()) {
      return method.prune(new LayerContext(layer, data, each.sparsity, each.pattern, scope)).mask();
    }
  }

  @Property(tries = 2000, seed = "201")
  void computedSalienciesSelectWhatRawBitsSelect(@ForAll("upToBinary32") Case each)
      throws IOException {
    assertThat(prune(new ThroughNd4j(), each, each.data()))
        .isEqualTo(prune(Magnitude.withDefaults(), each, each.data()));
  }

  @Property(tries = 2000, seed = "202")
  void pruningAgainChangesNothing(@ForAll("cases") Case each, @ForAll SelectionRule rule)
      throws IOException {
    Magnitude method = Magnitude.withDefaults().with(rule);
    Assume.that(supports(method, each.pattern));

    TensorData once = Weights.pruned(each.data(), prune(method, each, each.data()));
    TensorData twice = Weights.pruned(once, prune(method, each, once));

    assertThat(Weights.bits(twice)).isEqualTo(Weights.bits(once));
  }

  private static boolean supports(Magnitude method, SparsityPattern pattern) {
    try {
      method.requireSupport(pattern);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Property(tries = 1000, seed = "203")
  void exactlyTheAskedNumberGoesAndNoneIsLargerThanAKeptOne(@ForAll("cases") Case each)
      throws IOException {
    Assume.that(each.pattern.equals(SparsityPattern.LAYER));
    Mask mask = prune(Magnitude.withDefaults(), each, each.data());
    double[] magnitudes = Weights.magnitudes(each.data());
    double largestPruned = 0;
    double smallestKept = Double.POSITIVE_INFINITY;
    for (int i = 0; i < magnitudes.length; i++) {
      if (mask.isKept(i)) {
        smallestKept = Math.min(smallestKept, magnitudes[i]);
      } else {
        largestPruned = Math.max(largestPruned, magnitudes[i]);
      }
    }

    assertThat(mask.prunedCount()).isEqualTo(each.sparsity.countOf(magnitudes.length));
    assertThat(largestPruned).isLessThanOrEqualTo(smallestKept);
  }
}
