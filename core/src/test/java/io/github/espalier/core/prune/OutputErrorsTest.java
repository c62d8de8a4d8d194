package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.calibration.InputAccumulator;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the report says of outputs on the calibration data, and layers pruned in memory. */
class OutputErrorsTest {
  private final MemoryModel model = new MemoryModel();

  /** Two tokens, (1, 2) and (3, 0): inputs that the weights below make easy numbers of. */
  private static LayerStatistics statistics(StatisticsNeed need) {
    return (layer, scope) -> {
      try (TensorScope own = new TensorScope();
          InputAccumulator sums = new InputAccumulator(2, need, TaskRunner.CALLER)) {
        sums.add(FloatMatrix.of(own.matrix(2, 2, 1, 2, 3, 0)), 1, 1);
        InputStatistics found = sums.snapshot(scope);
        return layer.name().equals("a.weight") ? Optional.of(found) : Optional.empty();
      }
    };
  }

  private PruningStep step(LayerStatistics statistics, DType dtype) {
    model.add(UNET, "a.weight", dtype, Shape.of(2, 2), 1, 1, 0, 2);
    Mask mask = Mask.fromBytes(Shape.of(2, 2), new byte[] {0b0101});
    return PruningStep.of(UNET, TestMethods.doing(layer -> Outcome.of(mask)), Sparsity.of(0.5))
        .withCalibration(statistics);
  }

  private LayerReport report(Pruner pruner, PruningStep step) throws IOException {
    return pruner.prune(model, new PruningPlan(List.of(step)), TARGET).layers().get(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void reportsTheErrorOfTheOutput(DType dtype) throws IOException {
    PruningStep step = step(statistics(StatisticsNeed.GRAM), dtype);
    LayerReport report = report(Pruner.create().withOutputErrors(true), step);
    // Outputs (3, 3) and (4, 0) become (1, 3) and (0, 0): the difference is (2, 0), (4, 0).
    assertThat(report.outputError().orElseThrow()).isCloseTo(Math.sqrt(20.0 / 34), within(1e-6));
  }

  @Test
  void saysNothingUnlessAskedOrWithoutGramMatrix() throws IOException {
    PruningStep step = step(statistics(StatisticsNeed.GRAM), DType.F32);
    assertThat(report(Pruner.create(), step).outputError()).isEmpty();
    Pruner asked = Pruner.create().withOutputErrors(true);
    LayerStatistics moments = statistics(StatisticsNeed.MOMENTS);
    assertThat(report(asked, step.withCalibration(moments)).outputError()).isEmpty();
    assertThat(report(asked, step.withCalibration(LayerStatistics.NONE)).outputError()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void prunesInMemoryToTheBytesThatArePrunedInFiles(DType dtype) throws IOException {
    Layer layer = model.addRandom(UNET, "a.weight", dtype, Shape.of(70, 33), 1);
    PruningStep step =
        PruningStep.of(
            UNET,
            TestMethods.doing(
                context ->
                    new Outcome.Updated(
                        evenOnes(context.layer().shape()), context.weights().addi(1f / 3))),
            Sparsity.of(0.5));
    assertThat(report(Pruner.create(), step).zerosAfter()).isPositive();
    try (TensorScope scope = new TensorScope()) {
      LayerTask task = new LayerTask(step, layer, model.weights(layer), Sparsity.of(0.5));
      TensorData pruned = LayerPruner.prune(step.method(), task.context(scope));
      ByteBuffer bytes = ByteBuffer.allocate((int) pruned.byteSize());
      pruned.read(0, bytes);
      assertThat(bytes.array()).isEqualTo(model.written(layer));
      assertThat(bytes.array()).isNotEqualTo(model.bytes(layer));
    }
  }

  private static Mask evenOnes(Shape shape) {
    byte[] bits = new byte[(int) ((shape.elements() + 7) / 8)];
    for (int i = 0; i < shape.elements(); i += 2) {
      bits[i / 8] |= (byte) (1 << (i % 8));
    }
    return Mask.fromBytes(shape, bits);
  }
}
