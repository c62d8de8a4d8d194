package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  /** Writes down what it is told, and notices calls that overlap. */
  private static final class Recorder implements ProgressListener {
    private final List<String> calls = new ArrayList<>();
    private final List<LayerReport> layers = new ArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private boolean overlapped;
    private long total;
    private long advanced;

    private void record(String call) {
      overlapped |= inside.incrementAndGet() > 1;
      for (int i = 0; i < 10_000; i++) {
        Thread.onSpinWait(); // Gives another thread time to come in, were it let in.
      }
      calls.add(call);
      inside.decrementAndGet();
    }

    @Override
    public void started(long totalBytes, int count) {
      record("started " + count);
      total = totalBytes;
    }

    @Override
    public void advanced(long bytes) {
      record("advanced");
      advanced += bytes;
    }

    @Override
    public void layerPruned(LayerReport layer) {
      record("pruned");
      layers.add(layer);
    }

    @Override
    public void committing() {
      record("committing");
    }
  }

  private final MemoryModel model = new MemoryModel();
  private final Recorder recorder = new Recorder();
  private final PruningPlan plan =
      new PruningPlan(List.of(PruningStep.of(UNET, TestMethods.smallest(), Sparsity.of(0.5))));

  private void addLayers() {
    for (int i = 0; i < 6; i++) {
      // More than one piece of 128 KiB.
      model.addRandom(UNET, "layer" + i + ".weight", DType.F16, Shape.of(300, 301), i);
      model.add(
          UNET, "layer" + i + ".bias", LayerKind.BIAS, DType.F16, Shape.of(5000), new double[5000]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void bytesAddUpAndCallsNeverOverlap(int threads) throws IOException {
    addLayers();

    PruningReport report =
        Pruner.create().withThreads(threads).withListener(recorder).prune(model, plan, TARGET);

    assertThat(recorder.overlapped).isFalse();
    assertThat(recorder.total).isEqualTo(6 * (2 * 300 * 301 + 2 * 5000));
    assertThat(recorder.advanced).isEqualTo(recorder.total).isEqualTo(report.bytesRead());
    assertThat(recorder.calls.get(0)).isEqualTo("started 6");
    assertThat(recorder.calls.get(recorder.calls.size() - 1)).isEqualTo("committing");
    assertThat(Collections.frequency(recorder.calls, "committing")).isEqualTo(1);
    assertThat(recorder.layers).containsExactlyInAnyOrderElementsOf(report.layers());
  }

  @Test
  void aDryRunCopiesAndCommitsNothing() throws IOException {
    addLayers();

    PruningReport report = Pruner.create().withListener(recorder).dryRun(model, plan);

    assertThat(recorder.total).isEqualTo(6 * 2 * 300 * 301);
    assertThat(recorder.advanced).isEqualTo(recorder.total).isEqualTo(report.bytesRead());
    assertThat(recorder.calls).startsWith("started 6").doesNotContain("committing");
  }

  @Test
  void eachMaskIsHandedOutOnceBeforeItsLayerIsReported() throws IOException {
    addLayers();
    Map<Layer, Mask> masks = new HashMap<>();

    PruningReport report =
        Pruner.create()
            .withThreads(3)
            .withListener(recorder)
            .withMaskSink(
                (layer, mask) -> {
                  recorder.record("mask");
                  assertThat(masks.put(layer, mask)).isNull();
                })
            .prune(model, plan, TARGET);

    assertThat(recorder.overlapped).isFalse();
    assertThat(masks).hasSize(6);
    for (LayerReport layer : report.layers()) {
      assertThat(masks)
          .anySatisfy(
              (key, mask) -> {
                assertThat(key.name()).isEqualTo(layer.name());
                assertThat(mask.prunedCount()).isEqualTo(layer.pruned());
              });
    }
    List<String> order = new ArrayList<>(recorder.calls);
    order.removeIf(call -> !call.equals("mask") && !call.equals("pruned"));
    for (int i = 0; i < order.size(); i += 2) {
      assertThat(order.subList(i, i + 2)).containsExactly("mask", "pruned");
    }
  }
}
