package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.TEXT;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.report.ComponentReport;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrunerTest {
  private final MemoryModel model = new MemoryModel();

  private static PruningPlan plan(PruningStep... steps) {
    return new PruningPlan(List.of(steps));
  }

  private static PruningStep step(PruningMethod method, double sparsity) {
    return PruningStep.of(UNET, method, Sparsity.of(sparsity));
  }

  private static <V> V of(Map<Layer, V> map, Layer layer) {
    return Objects.requireNonNull(map.get(layer));
  }

  /** The mask that pruning the smallest of several layers together ought to give. */
  private Map<Layer, Mask> smallest(List<Layer> layers, int count) {
    record Weight(Layer layer, int index, double magnitude) {}
    List<Weight> weights = new ArrayList<>();
    for (Layer layer : layers) {
      double[] values = model.values(layer);
      for (int i = 0; i < values.length; i++) {
        weights.add(new Weight(layer, i, Math.abs(values[i])));
      }
    }
    weights.sort(Comparator.comparingDouble(Weight::magnitude)); // Stable, as ties ought to be.
    Map<Layer, MaskBuilder> masks = new HashMap<>();
    layers.forEach(layer -> masks.put(layer, Mask.builder(layer.shape())));
    weights.subList(0, count).forEach(each -> of(masks, each.layer).prune(each.index));
    Map<Layer, Mask> built = new HashMap<>();
    masks.forEach((layer, mask) -> built.put(layer, mask.build()));
    return built;
  }

  private void assertPruned(Layer layer, Mask mask, LayerReport report) {
    byte[] before = model.bytes(layer);
    byte[] after = model.written(layer);
    double[] values = model.values(layer);
    int width = layer.dtype().bytes();
    long zerosBefore = 0;
    long zerosAfter = 0;
    double kept = 0;
    double pruned = 0;
    byte[] expected = new byte[before.length];
    for (int i = 0; i < values.length; i++) {
      zerosBefore += values[i] == 0 ? 1 : 0;
      if (mask.isKept(i)) {
        System.arraycopy(before, i * width, expected, i * width, width);
        kept += values[i] * values[i];
        zerosAfter += values[i] == 0 ? 1 : 0;
      } else {
        pruned += values[i] * values[i];
        zerosAfter++;
      }
    }
    assertThat(after).isEqualTo(expected);
    assertThat(report.name()).isEqualTo(layer.name());
    assertThat(report.weights()).isEqualTo(values.length);
    assertThat(report.pruned()).isEqualTo(mask.prunedCount());
    assertThat(report.zerosBefore()).isEqualTo(zerosBefore);
    assertThat(report.zerosAfter()).isEqualTo(zerosAfter);
    assertThat(report.energy().kept()).isCloseTo(kept, within(1e-9 * (kept + pruned)));
    assertThat(report.energy().pruned()).isCloseTo(pruned, within(1e-9 * (kept + pruned)));
  }

  // Sizes around a word of 64, a lane of 4 and a piece of 128 KiB.
  @ParameterizedTest
  @CsvSource({
    "F16, 1, 1",
    "F16, 3, 43",
    "F16, 8, 8",
    "F16, 257, 257",
    "F16, 256, 257",
    "BF16, 1, 3",
    "BF16, 13, 5",
    "BF16, 257, 257",
    "F32, 1, 1",
    "F32, 3, 43",
    "F32, 8, 8",
    "F32, 181, 182",
    "F64, 1, 1",
    "F64, 3, 43",
    "F64, 8, 8",
    "F64, 130, 131",
  })
  void prunedWeightsBecomeZeroAndOthersKeepTheirBits(DType dtype, long rows, long columns)
      throws IOException {
    Layer layer = model.addRandom(UNET, "a.weight", dtype, Shape.of(rows, columns), 1);

    for (double sparsity : new double[] {0, 0.4, 1}) {
      PruningReport report =
          Pruner.create().prune(model, plan(step(TestMethods.smallest(), sparsity)), TARGET);

      int count = (int) Sparsity.of(sparsity).countOf(rows * columns);
      Mask mask = of(smallest(List.of(layer), count), layer);
      assertPruned(layer, mask, report.layers().get(0));
      assertThat(model.copy().committed).isTrue();
      assertThat(model.copy().closed).isTrue();
    }
  }

  /** A method that does not know the energy leaves it to the pruner to measure. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void energyIsMeasuredWhereTheMethodDoesNotKnowIt(DType dtype) throws IOException {
    Layer layer = model.addRandom(UNET, "a.weight", dtype, Shape.of(199, 199), 2);
    Mask mask = of(smallest(List.of(layer), 12_345), layer);

    PruningReport report =
        Pruner.create()
            .prune(model, plan(step(TestMethods.doing(any -> Outcome.of(mask)), 0.1)), TARGET);

    assertPruned(layer, mask, report.layers().get(0));
  }

  @Test
  void layersTooLargeToHoldInMemoryArePrunedPieceByPiece() throws IOException {
    double[] values = new double[4_200_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3;
    }
    Layer layer = model.add(UNET, "a.weight", DType.F64, Shape.of(1, values.length), values);
    MaskBuilder builder = Mask.builder(layer.shape());
    for (int i = 0; i < values.length; i += 5) {
      builder.prune(i);
    }
    Mask mask = builder.build();

    PruningReport report =
        Pruner.create()
            .prune(model, plan(step(TestMethods.doing(any -> Outcome.of(mask)), 0.2)), TARGET);

    assertPruned(layer, mask, report.layers().get(0));
  }

  @Test
  void pruningAgainChangesNothing() throws IOException {
    Layer layer = model.addRandom(UNET, "a.weight", DType.F16, Shape.of(30, 31), 3);
    PruningPlan plan = plan(step(TestMethods.smallest(), 0.5));
    Pruner.create().prune(model, plan, TARGET);
    byte[] once = model.written(layer);
    MemoryModel second = new MemoryModel();
    second.add(UNET, "a.weight", DType.F16, layer.shape(), MemoryModel.values(layer, once));

    PruningReport report = Pruner.create().prune(second, plan, TARGET);

    assertThat(second.written(layer)).isEqualTo(once);
    assertThat(report.layers().get(0).energy().pruned()).isZero();
  }

  @Test
  void rowsAndGroupsHaveTheirShareEach() throws IOException {
    Layer layer = model.addRandom(UNET, "a.weight", DType.BF16, Shape.of(9, 20), 4);
    Map<Layer, Mask> masks = new HashMap<>();
    Pruner pruner = Pruner.create().withMaskSink(masks::put);
    PruningStep half = step(TestMethods.smallest(), 0.5);

    pruner.prune(model, plan(half.withPattern(SparsityPattern.ROW)), TARGET);
    assertThat(of(masks, layer).prunedPerRow()).containsOnly(10);

    Grouped twoOfFour = new Grouped(2, 4);
    PruningReport report = pruner.prune(model, plan(half.withPattern(twoOfFour)), TARGET);
    assertThat(of(masks, layer).prunedPerGroup(twoOfFour)).containsOnly(2);
    assertPruned(layer, of(masks, layer), report.layers().get(0));
    assertThat(report.components().get(0).pattern()).isEqualTo("2:4");
  }

  @Test
  void globalComparesLayersOfDifferentTypes() throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (DType dtype : List.of(DType.F16, DType.BF16, DType.F32, DType.F64, DType.F16)) {
      String name = "layer" + layers.size() + ".weight";
      layers.add(model.addRandom(UNET, name, dtype, Shape.of(17, 19), 5 + layers.size()));
    }
    PruningStep step = step(TestMethods.smallest(), 0.3).withPattern(SparsityPattern.GLOBAL);

    PruningReport report = Pruner.create().withThreads(2).prune(model, plan(step), TARGET);

    Map<Layer, Mask> masks = smallest(layers, (int) Sparsity.of(0.3).countOf(5 * 17 * 19));
    for (int i = 0; i < layers.size(); i++) {
      assertPruned(layers.get(i), of(masks, layers.get(i)), report.layers().get(i));
      assertThat(report.layers().get(i).target()).isEmpty();
    }
    assertThat(report.components().get(0).target()).contains(Sparsity.of(0.3));
  }

  @Test
  void globalComparesComputedSaliencies() throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (DType dtype : List.of(DType.F16, DType.BF16, DType.F32)) {
      String name = "layer" + layers.size() + ".weight";
      double[] values = IntStream.range(0, 60).mapToDouble(i -> i * 37 % 60 - 29.5).toArray();
      layers.add(model.add(UNET, name, dtype, Shape.of(6, 10), values));
    }
    PruningStep step = step(TestMethods.computed(), 0.4).withPattern(SparsityPattern.GLOBAL);

    PruningReport report = Pruner.create().prune(model, plan(step), TARGET);

    Map<Layer, Mask> masks = smallest(layers, 72);
    for (int i = 0; i < layers.size(); i++) {
      assertPruned(layers.get(i), of(masks, layers.get(i)), report.layers().get(i));
    }
  }

  @Test
  void eachStepPrunesItsOwnLayersAndTheRestIsCopied() throws IOException {
    model.addRandom(UNET, "to_q.weight", DType.F16, Shape.of(6, 6), 20);
    Layer conv =
        model.add(UNET, "conv.weight", LayerKind.CONV2D, DType.F16, Shape.of(1, 2, 1, 1), 1, 2);
    Layer bias = model.add(UNET, "to_q.bias", LayerKind.BIAS, DType.F16, Shape.of(3), 1, 2, 3);
    model.addRandom(TEXT, "fc.weight", DType.F32, Shape.of(5, 4), 21);
    Layer out = model.addRandom(TEXT, "out.weight", DType.F32, Shape.of(5, 4), 22);
    Layer ids = model.add(TEXT, "ids", LayerKind.OTHER, DType.I64, Shape.of(2), 1, 2);

    PruningReport report =
        Pruner.create()
            .prune(
                model,
                plan(
                    step(TestMethods.smallest(), 0.25),
                    PruningStep.of(TEXT, TestMethods.computed(), Sparsity.of(0.5))
                        .withSelection(LayerSelection.named("text_encoder/fc.weight"))),
                TARGET);

    assertThat(report.layers())
        .extracting(LayerReport::name)
        .containsExactly("to_q.weight", "fc.weight");
    assertThat(report.layers()).extracting(LayerReport::pruned).containsExactly(9L, 10L);
    for (Layer copied : List.of(conv, bias, out, ids)) {
      assertThat(model.written(copied)).isEqualTo(model.bytes(copied));
    }
    assertThat(report.skipped())
        .extracting(skipped -> skipped.component() + "/" + skipped.name() + ": " + skipped.reason())
        .containsExactly(
            "unet/conv.weight: not selected by linear",
            "text_encoder/out.weight: not selected by text_encoder/fc.weight");
    ComponentReport text = report.components().get(1);
    assertThat(text.component()).isEqualTo(TEXT);
    assertThat(text.method()).isEqualTo("computed");
    assertThat(text.selected()).isEqualTo(20);
    // Position indices are no parameters.
    assertThat(text.parameters()).isEqualTo(40);
    assertThat(report.modelParameters()).isEqualTo(36 + 2 + 3 + 40);
    assertThat(report.bytesRead()).isEqualTo(2 * (36 + 2 + 3) + 4 * 40 + 8 * 2);
    assertThat(report.seconds()).isPositive();
    assertThat(model.copy().provenance).isEqualTo(report.provenance());
  }

  @Test
  void layersThatGroupsDoNotFillAreSkippedOnRequest() throws IOException {
    Layer fits = model.addRandom(UNET, "fits.weight", DType.F16, Shape.of(2, 8), 1);
    Layer not = model.addRandom(UNET, "not.weight", DType.F16, Shape.of(2, 6), 1);
    Layer none = model.add(UNET, "none.weight", DType.F16, Shape.of(0, 6));
    PruningStep step = step(TestMethods.smallest(), 0.5);

    PruningReport report =
        Pruner.create()
            .prune(
                model,
                plan(step.withPattern(new Grouped(2, 4).with(IncompleteGroup.SKIP_LAYER))),
                TARGET);

    assertThat(report.layers())
        .extracting(LayerReport::name)
        .containsExactly(fits.name(), none.name());
    assertThat(report.skipped()).hasSize(1);
    assertThat(report.skipped().get(0).reason()).isEqualTo("groups of 4 do not fill 6 inputs");
    assertThat(model.written(not)).isEqualTo(model.bytes(not));
    assertThat(report.layers().get(1).sparsity()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void theNumberOfThreadsDoesNotMatter(int threads) throws IOException {
    for (int i = 0; i < 12; i++) {
      DType dtype = List.of(DType.F16, DType.BF16, DType.F32, DType.F64).get(i % 4);
      model.addRandom(UNET, "layer" + i + ".weight", dtype, Shape.of(50 + i, 51), i);
      model.addRandom(TEXT, "layer" + i + ".weight", dtype, Shape.of(7, 1 + i), i);
    }
    PruningPlan plan =
        plan(
            step(TestMethods.smallest(), 0.3).withPattern(SparsityPattern.GLOBAL),
            PruningStep.of(TEXT, TestMethods.computed(), Sparsity.of(0.6)));
    Pruner.create().withThreads(1).prune(model, plan, TARGET);
    MemoryModel.Rewrite expected = model.copy();

    Pruner.create().withThreads(threads).prune(model, plan, TARGET);

    assertThat(model.copy()).isNotSameAs(expected);
    assertThat(model.copy().provenance).isEqualTo(expected.provenance);
    model
        .layers()
        .forEach(layer -> assertThat(model.written(layer)).isEqualTo(expected.output.get(layer)));
  }

  @Test
  void aDryRunTellsTheSameAndWritesNothing() throws IOException {
    model.addRandom(UNET, "a.weight", DType.F16, Shape.of(30, 31), 3);
    model.addRandom(UNET, "b.weight", DType.F32, Shape.of(30, 31), 4);
    PruningPlan plan = plan(step(TestMethods.smallest(), 0.5));

    PruningReport dry = Pruner.create().dryRun(model, plan);

    assertThat(model.rewrites).isEmpty();
    assertThat(dry.provenance()).isEqualTo(Pruner.create().prune(model, plan, TARGET).provenance());
  }

  @Test
  void anArrayOfOnesOwn() throws IOException {
    SaliencyMethod method = TestMethods.computed();
    try (TensorScope scope = new TensorScope()) {
      var weights = scope.matrix(2, 4, 4, -1, 3, 2, -8, 7, 6, -5);
      Mask mask = Pruner.mask(weights, method, Sparsity.of(0.5), SparsityPattern.ROW);

      assertThat(mask.toBytes()).containsExactly(0b0011_0101);
      assertThat(weights.getFloat(0, 1)).isEqualTo(-1f);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Pruner.mask(weights, method, Sparsity.of(0.3), new Grouped(2, 4)))
          .withMessage("array: pattern 2:4 prunes 50% of every group, not 30%");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Pruner.mask(weights, method, Sparsity.of(0.3), SparsityPattern.GLOBAL))
          .withMessageContaining("global");
    }
  }

  @Test
  void thereMustBeAThread() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pruner.create().withThreads(0))
        .withMessage("cannot prune with 0 threads");
  }
}
