package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Diagnostics;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Methods that give the weights they keep new values. */
class UpdatedWeightsTest {
  private final MemoryModel model = new MemoryModel();

  private LayerReport prune(Mask mask, Function<LayerContext, INDArray> weights)
      throws IOException {
    PruningStep step =
        PruningStep.of(
            UNET,
            TestMethods.doing(layer -> new Outcome.Updated(mask, weights.apply(layer))),
            Sparsity.of(0.5));
    PruningPlan plan = new PruningPlan(List.of(step));
    return Pruner.create().prune(model, plan, TARGET).layers().get(0);
  }

  @Test
  void diagnosticsAreInTheReport() throws IOException {
    Layer layer = model.add(UNET, "a.weight", DType.F32, Shape.of(1, 2), 1, 2);
    Diagnostics told = Diagnostics.none().with("damping", 0.5);
    PruningStep step =
        PruningStep.of(
            UNET,
            TestMethods.doing(
                context ->
                    new Outcome.Updated(Mask.keepAll(layer.shape()), context.weights(), told)),
            Sparsity.of(0.5));

    List<LayerReport> layers =
        Pruner.create().prune(model, new PruningPlan(List.of(step)), TARGET).layers();
    assertThat(layers).extracting(LayerReport::diagnostics).containsExactly(told);
  }

  private static double[] range(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = i + 1;
    }
    return values;
  }

  private double[] written(Layer layer) {
    return MemoryModel.values(layer, model.written(layer));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void keptWeightsGetTheNewValuesAndPrunedOnesAreZero(DType dtype) throws IOException {
    Layer layer = model.add(UNET, "a.weight", dtype, Shape.of(2, 3), range(6));
    Mask mask = Mask.builder(layer.shape()).prune(0).prune(4).build();

    LayerReport report =
        prune(mask, context -> context.scope().matrix(2, 3, Float.NaN, -2.5f, 0, -0f, 7, 0.125f));

    // The new value of a pruned weight is not read. Of the kept ones, two are zeros.
    assertThat(written(layer)).containsExactly(0, -2.5, 0, -0.0, 0, 0.125);
    assertThat(report.zerosBefore()).isZero();
    assertThat(report.zerosAfter()).isEqualTo(4);
    assertThat(report.pruned()).isEqualTo(2);
    assertThat(report.energy().pruned()).isEqualTo(1 + 25);
    assertThat(report.energy().kept()).isEqualTo(4 + 9 + 16 + 36);
  }

  @ParameterizedTest
  @CsvSource({
    // Halfway between two numbers goes to the even one; below half of the smallest becomes zero.
    "F16, 2049, 2048",
    "F16, 2051, 2052",
    "F16, 2.9e-8, 0",
    "F16, 65519, 65504",
    "BF16, 257, 256",
    "BF16, 259, 260",
    "F32, 1e-45, 1.401298464324817E-45",
    "F64, 0.1, 0.10000000149011612",
  })
  void newValuesAreRoundedToTheLayersType(DType dtype, float value, double expected)
      throws IOException {
    Layer layer = model.add(UNET, "a.weight", dtype, Shape.of(1, 1), 1);

    LayerReport report =
        prune(Mask.keepAll(layer.shape()), context -> context.scope().matrix(1, 1, value));

    assertThat(written(layer)).containsExactly(expected);
    assertThat(report.zerosAfter()).isEqualTo(expected == 0 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "F16, NaN, NaN",
    "F16, Infinity, Infinity",
    "F16, 65520, 65520.0",
    "BF16, 3.4e38, 3.4E38",
    "F32, -Infinity, -Infinity",
    "F64, NaN, NaN",
  })
  void newValuesOutOfRangeNameTheLayer(DType dtype, float value, String shown) {
    Layer layer = model.add(UNET, "a.weight", dtype, Shape.of(2, 2), 1, 2, 3, 4);

    assertThatExceptionOfType(PruningException.class)
        .isThrownBy(
            () ->
                prune(
                    Mask.keepAll(layer.shape()),
                    context -> context.scope().matrix(2, 2, 1, 2, value, 4)))
        .withMessage(
            "unet/a.weight: new weight 2 is "
                + shown
                + " as "
                + dtype
                + "; the method needs more damping")
        .satisfies(e -> assertThat(e.layer()).isEqualTo(layer));
    assertThat(model.copy().committed).isFalse();
    assertThat(model.copy().closed).isTrue();
  }

  @Test
  void valuesOfManyPiecesGoWhereTheyBelong() throws IOException {
    int count = 70_001;
    Layer layer = model.add(UNET, "a.weight", DType.F16, Shape.of(count, 1), new double[count]);

    LayerReport report =
        prune(
            Mask.builder(layer.shape()).prune(66_000).build(),
            context -> {
              INDArray values = context.scope().zeros(count, 1);
              for (int i = 0; i < count; i++) {
                values.putScalar(i, 0, i % 2048 + 1);
              }
              return values;
            });

    double[] expected = new double[count];
    for (int i = 0; i < count; i++) {
      expected[i] = i == 66_000 ? 0 : i % 2048 + 1;
    }
    assertThat(written(layer)).isEqualTo(expected);
    assertThat(report.zerosBefore()).isEqualTo(count);
    assertThat(report.zerosAfter()).isEqualTo(1);
  }

  @Test
  void transposedAndDoubleArraysAreReadInTheirLogicalOrder() throws IOException {
    Layer layer = model.add(UNET, "a.weight", DType.F32, Shape.of(2, 3), range(6));
    Mask all = Mask.keepAll(layer.shape());

    prune(all, context -> context.scope().matrix(3, 2, 1, 4, 2, 5, 3, 6).transpose());
    assertThat(written(layer)).containsExactly(1, 2, 3, 4, 5, 6);

    prune(
        all,
        context ->
            context
                .scope()
                .own(context.scope().matrix(2, 3, 6, 5, 4, 3, 2, 1).castTo(DataType.DOUBLE)));
    assertThat(written(layer)).containsExactly(6, 5, 4, 3, 2, 1);
  }

  @Test
  void convolutionsAreUpdatedAsMatrices() throws IOException {
    Layer layer = model.add(UNET, "a.weight", DType.F32, Shape.of(2, 1, 1, 2), range(4));

    prune(Mask.keepAll(layer.shape()), context -> context.scope().matrix(2, 2, 5, 6, 7, 8));

    assertThat(written(layer)).containsExactly(5, 6, 7, 8);
  }

  @Test
  void masksAndWeightsOfAnotherShapeAreTheMethodsFault() {
    Layer layer = model.add(UNET, "a.weight", DType.F32, Shape.of(2, 3), range(6));

    assertThatIllegalStateException()
        .isThrownBy(
            () -> prune(Mask.keepAll(Shape.of(3, 2)), context -> context.scope().zeros(2, 3)))
        .withMessage("method test gave a mask of shape [3, 2] for layer unet/a.weight, [2, 3]");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> prune(Mask.keepAll(layer.shape()), context -> context.scope().zeros(3, 2)))
        .withMessage(
            "method test gave new weights of shape [3, 2] for layer unet/a.weight, a matrix of 2"
                + " by 3");
    assertThat(model.copy().committed).isFalse();
    assertThat(model.copy().closed).isTrue();
  }
}
