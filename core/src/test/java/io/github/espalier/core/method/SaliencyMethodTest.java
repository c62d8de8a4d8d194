package io.github.espalier.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SaliencyMethodTest {
  /** Saliencies are whatever a function makes of the layer. */
  private record ByFunction(Function function, SelectionRule rule) implements SaliencyMethod {
    interface Function {
      INDArray apply(LayerContext layer) throws IOException;
    }

    ByFunction(Function function) {
      this(function, SelectionRule.EXACT);
    }

    @Override
    public String name() {
      return "by-function";
    }

    @Override
    public INDArray saliency(LayerContext layer) throws IOException {
      return function.apply(layer);
    }
  }

  private final TensorScope scope = new TensorScope();

  @AfterEach
  void close() {
    scope.close();
  }

  private LayerContext layer(SparsityPattern pattern, double sparsity, Shape shape, float... w) {
    Layer layer = new Layer("a.weight", new Component("unet"), LayerKind.LINEAR, shape, DType.F32);
    return new LayerContext(
        layer, TensorData.ofFloats(shape, w), Sparsity.of(sparsity), pattern, scope);
  }

  private LayerContext twoByThree(double sparsity) {
    return layer(SparsityPattern.LAYER, sparsity, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
  }

  private static int[] pruned(Outcome outcome) {
    Mask mask = outcome.mask();
    return IntStream.range(0, (int) mask.shape().elements()).filter(i -> !mask.isKept(i)).toArray();
  }

  @Test
  void theLeastSalientGoFirst() throws IOException {
    Outcome outcome =
        new LastColumnsFirst()
            .prune(layer(SparsityPattern.LAYER, 0.5, Shape.of(2, 3), 9, 9, 9, 9, 9, 9));

    assertThat(pruned(outcome)).containsExactly(1, 2, 5);
    assertThat(outcome).isInstanceOf(Outcome.Masked.class);
  }

  @Test
  void convolutionsAreMatricesToo() throws IOException {
    Outcome outcome =
        new LastColumnsFirst()
            .prune(layer(SparsityPattern.ROW, 0.25, Shape.of(2, 2, 1, 2), new float[8]));

    assertThat(pruned(outcome)).containsExactly(3, 7);
    assertThat(outcome.mask().shape()).isEqualTo(Shape.of(2, 2, 1, 2));
  }

  @Test
  void transposedSalienciesAreReadInTheirLogicalOrder() throws IOException {
    ByFunction method =
        new ByFunction(layer -> layer.scope().matrix(3, 2, 1, 40, 2, 50, 3, 60).transpose());

    assertThat(pruned(method.prune(twoByThree(0.5)))).containsExactly(0, 1, 2);
  }

  @Test
  void salienciesMayBeDoubles() throws IOException {
    ByFunction method =
        new ByFunction(layer -> layer.scope().own(layer.weights().neg().castTo(DataType.DOUBLE)));

    assertThat(pruned(method.prune(twoByThree(0.34)))).containsExactly(4, 5);
  }

  @Test
  void salienciesOfAnotherShapeAreRefused() {
    ByFunction method = new ByFunction(layer -> layer.scope().zeros(layer.columns(), layer.rows()));

    assertThatIllegalStateException()
        .isThrownBy(() -> method.prune(twoByThree(0.5)))
        .withMessage(
            "method by-function gave saliencies of shape [3, 2] for layer unet/a.weight, a matrix"
                + " of 2 by 3");
  }

  @Test
  void nonFiniteSalienciesNameTheLayerAndARemedy() {
    ByFunction method =
        new ByFunction(layer -> layer.scope().matrix(2, 3, 1, Float.NaN, 3, 4, 5, 6));
    LayerContext layer = twoByThree(0);

    assertThatExceptionOfType(PruningException.class)
        .isThrownBy(() -> method.prune(layer))
        .withMessageStartingWith("unet/a.weight: 1 of 6 values is infinite or NaN")
        .withMessageContaining("leave this layer out")
        .satisfies(e -> assertThat(e.layer()).isSameAs(layer.layer()));
  }

  @Test
  void aMethodsOwnArithmeticFailureIsNotBlamedOnTheWeights() {
    ArithmeticException bug = new ArithmeticException("/ by zero");
    ByFunction method =
        new ByFunction(
            layer -> {
              throw bug;
            });

    assertThatThrownBy(() -> method.prune(twoByThree(0.5))).isSameAs(bug);
  }

  @Test
  void theRuleDecidesWhichPatternsAreSupported() {
    ByFunction method = new ByFunction(layer -> Nd4j.scalar(1f), SelectionRule.SD2_PRUNING);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.requireSupport(SparsityPattern.ROW))
        .withMessageContaining("SD2_PRUNING");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.with("damping", "1"))
        .withMessage("method by-function has no option 'damping'");
    assertThat(method.settings()).isEmpty();
  }

  @Test
  void weightsAreAFreshMatrixEachTime() throws IOException {
    LayerContext layer = layer(SparsityPattern.LAYER, 0, Shape.of(2, 1, 1, 2), 1, 2, 3, 4);
    layer.weights().addi(10);

    INDArray weights = layer.weights();

    assertThat(weights.shape()).containsExactly(2, 2);
    assertThat(weights.ravel().toFloatVector()).containsExactly(1, 2, 3, 4);
    assertThat(layer.rows()).isEqualTo(2);
    assertThat(layer.columns()).isEqualTo(2);
  }

  @Test
  void outcomesCarryTheirMask() {
    Mask mask = Mask.keepAll(Shape.of(2));

    assertThat(Outcome.of(mask)).isEqualTo(new Outcome.Masked(mask, Optional.empty()));
  }
}
