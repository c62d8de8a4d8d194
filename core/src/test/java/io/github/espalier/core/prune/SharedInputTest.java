package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What layers with the same input share, and for how long. */
class SharedInputTest {
  private final MemoryModel model = new MemoryModel();
  private final Queue<String> computed = new ConcurrentLinkedQueue<>();
  private final Queue<INDArray> arrays = new ConcurrentLinkedQueue<>();

  /** Layers whose names begin with the same letter have the same input. */
  private static final class ByLetter implements LayerStatistics {
    @Override
    public Optional<InputStatistics> of(Layer layer, TensorScope scope) {
      return Optional.empty();
    }

    @Override
    public String input(Layer layer) {
      return layer.name().substring(0, 1);
    }
  }

  private final class Sharing implements PruningMethod {
    private final StatisticsNeed need;

    Sharing(StatisticsNeed need) {
      this.need = need;
    }

    @Override
    public String name() {
      return "sharing";
    }

    @Override
    public StatisticsNeed needs() {
      return need;
    }

    @Override
    public Outcome prune(LayerContext layer) throws IOException {
      INDArray shared =
          layer
              .memo()
              .get(
                  "key",
                  INDArray.class,
                  scope -> {
                    computed.add(layer.layer().name());
                    arrays.forEach(each -> assertThat(each.wasClosed()).isTrue());
                    arrays.add(scope.zeros(1, 1));
                    return scope.matrix(1, 2, 3, 4);
                  });
      return new Outcome.Updated(Mask.keepAll(layer.layer().shape()), shared);
    }
  }

  private List<LayerReport> prune(StatisticsNeed need) throws IOException {
    for (String name : List.of("a.q", "b.q", "a.k", "a.v", "b.k")) {
      model.add(UNET, name, DType.F32, Shape.of(1, 2), 1, 2);
    }
    PruningStep step =
        PruningStep.of(UNET, new Sharing(need), Sparsity.of(0.5)).withCalibration(new ByLetter());
    return Pruner.create()
        .withThreads(1)
        .prune(model, new PruningPlan(List.of(step)), TARGET)
        .layers();
  }

  @ParameterizedTest
  @CsvSource({"GRAM, 2", "MOMENTS, 5"})
  void layersThatNeedTheGramMatrixOfTheSameInputShare(StatisticsNeed need, int times)
      throws IOException {
    List<LayerReport> reports = prune(need);

    assertThat(computed).hasSize(times);
    assertThat(reports)
        .extracting(LayerReport::name)
        .containsExactly("a.q", "b.q", "a.k", "a.v", "b.k");
    for (Layer layer : model.layers()) {
      assertThat(MemoryModel.values(layer, model.written(layer))).containsExactly(3, 4);
    }
    assertThat(arrays).allMatch(INDArray::wasClosed);
  }

  @Test
  void whatFailedIsNotKept() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      InputMemo memo = InputMemo.in(scope);

      assertThatThrownBy(
              () ->
                  memo.get(
                      1,
                      String.class,
                      any -> {
                        throw new IOException("gone");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(memo.get(1, String.class, any -> "there")).isEqualTo("there");
      assertThat(memo.get(1, String.class, any -> "other")).isEqualTo("there");
      assertThat(memo.get(2, String.class, any -> "other")).isEqualTo("other");
      assertThatThrownBy(() -> memo.get(1, Integer.class, any -> 3))
          .isInstanceOf(ClassCastException.class);
    }
  }
}
