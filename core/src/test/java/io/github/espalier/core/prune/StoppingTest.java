package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs that end early. Work that is to be stopped goes on for ever unless it is; the timeout only
 * turns that into a failure.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppingTest {
  private static final Sparsity HALF = Sparsity.of(0.5);

  private final MemoryModel model = new MemoryModel();
  private final Cancellation cancellation = new Cancellation();

  @BeforeEach
  void addLayers() {
    for (int i = 0; i < 8; i++) {
      model.addRandom(UNET, "layer" + i + ".weight", DType.F16, Shape.of(40, 40), i);
      model.add(UNET, "layer" + i + ".bias", LayerKind.BIAS, DType.F16, Shape.of(1), i);
    }
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private static PruningPlan plan(PruningMethod method) {
    return new PruningPlan(List.of(PruningStep.of(UNET, method, HALF)));
  }

  private static Outcome keepAll(LayerContext layer) {
    return Outcome.of(Mask.keepAll(layer.layer().shape()));
  }

  /** Adds a layer that is too large to be held in memory, so that methods read it themselves. */
  private void addLarge() {
    int count = 4_200_000;
    model.add(UNET, "large.weight", DType.F64, Shape.of(count / 1000, 1000), new double[count]);
  }

  private static boolean is(String name, LayerContext layer) {
    return layer.layer().name().equals(name);
  }

  /** Reads until something stops it. */
  private static Outcome readForEver(LayerContext layer) throws IOException {
    while (true) {
      layer.data().read(0, ByteBuffer.allocate(2));
    }
  }

  private static void copyForEver(LongConsumer progress) {
    while (true) {
      progress.accept(0);
    }
  }

  private void assertNothingLeft() {
    MemoryModel.Rewrite copy = model.copy();
    assertThat(copy.committed).isFalse();
    assertThat(copy.closed).isTrue();
    assertThat(copy.closedWhileActive).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aFailingMethodLeavesNothingAndReleasesTheModel(int threads) {
    IOException failure = new IOException("the disk is gone");
    AtomicInteger calls = new AtomicInteger();
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              if (calls.incrementAndGet() == 3) {
                throw failure;
              }
              return keepAll(layer);
            });

    assertThatThrownBy(
            () -> Pruner.create().withThreads(threads).prune(model, plan(method), TARGET))
        .isSameAs(failure);

    assertNothingLeft();
  }

  @Test
  void noLayerBeginsAfterAFailure() {
    AtomicInteger calls = new AtomicInteger();
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              calls.incrementAndGet();
              throw new UnsupportedOperationException("bug");
            });

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Pruner.create().withThreads(1).prune(model, plan(method), TARGET));

    assertThat(calls).hasValue(1);
  }

  @Test
  void aFailureStopsCopiesUnderWay() throws IOException {
    CountDownLatch copying = new CountDownLatch(1);
    model.beforeCopy =
        progress -> {
          copying.countDown();
          copyForEver(progress);
        };
    RuntimeException failure = new UnsupportedOperationException("bug");
    AtomicInteger calls = new AtomicInteger();
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              if (calls.incrementAndGet() < 8) {
                return keepAll(layer);
              }
              await(copying);
              throw failure;
            });

    assertThatThrownBy(() -> Pruner.create().withThreads(2).prune(model, plan(method), TARGET))
        .isSameAs(failure);

    assertNothingLeft();
  }

  @Test
  void aFailureStopsMethodsUnderWay() {
    addLarge();
    CountDownLatch reading = new CountDownLatch(1);
    RuntimeException failure = new UnsupportedOperationException("bug");
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              if (is("large.weight", layer)) {
                reading.countDown();
                return readForEver(layer);
              }
              if (is("layer7.weight", layer)) {
                await(reading);
                throw failure;
              }
              return keepAll(layer);
            });

    assertThatThrownBy(() -> Pruner.create().withThreads(2).prune(model, plan(method), TARGET))
        .isSameAs(failure);

    assertNothingLeft();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("workers are never interrupted", e);
    }
  }

  @Test
  void aRunThatIsCancelledBeforehandDoesNotBegin() {
    cancellation.cancel();
    AtomicInteger calls = new AtomicInteger();
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              calls.incrementAndGet();
              return keepAll(layer);
            });
    Pruner pruner = Pruner.create().withCancellation(cancellation);

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> pruner.prune(model, plan(method), TARGET));
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> pruner.dryRun(model, plan(method)));

    assertThat(calls).hasValue(0);
    assertThat(model.rewrites).isEmpty();
  }

  @Test
  void cancellingStopsMethodsAndCopiesUnderWay() {
    CountDownLatch copying = new CountDownLatch(1);
    model.beforeCopy =
        progress -> {
          copying.countDown();
          copyForEver(progress);
        };
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              if (!is("layer7.weight", layer)) {
                return keepAll(layer);
              }
              await(copying);
              cancellation.cancel();
              return readForEver(layer);
            });

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                Pruner.create()
                    .withThreads(2)
                    .withCancellation(cancellation)
                    .prune(model, plan(method), TARGET))
        .withMessage("cancelled");

    assertNothingLeft();
  }

  @Test
  void cancellingStopsTheWritingOfALayer() {
    MemoryModel single = new MemoryModel();
    single.add(UNET, "only.weight", DType.F16, Shape.of(1000, 1000), new double[1_000_000]);
    List<Long> pieces = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void advanced(long bytes) {
            pieces.add(bytes);
            cancellation.cancel();
          }
        };

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                Pruner.create()
                    .withListener(listener)
                    .withCancellation(cancellation)
                    .dryRun(single, plan(TestMethods.smallest())));

    assertThat(pieces).hasSize(1);
  }

  @Test
  void cancellingStopsTheComparisonOfAllLayers() {
    AtomicInteger reads = new AtomicInteger();
    model.beforeRead =
        layer -> {
          if (reads.incrementAndGet() == 3) {
            cancellation.cancel();
          }
        };
    PruningStep step =
        PruningStep.of(UNET, TestMethods.smallest(), HALF).withPattern(SparsityPattern.GLOBAL);

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                Pruner.create()
                    .withCancellation(cancellation)
                    .prune(model, new PruningPlan(List.of(step)), TARGET));

    assertThat(reads).hasValue(3);
    assertNothingLeft();
  }

  @Test
  void cancellingAtTheLastMomentStillCommitsNothing() {
    MemoryModel single = new MemoryModel();
    single.addRandom(UNET, "only.weight", DType.F16, Shape.of(4, 4), 1);
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void layerPruned(LayerReport layer) {
            cancellation.cancel();
          }
        };

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                Pruner.create()
                    .withListener(listener)
                    .withCancellation(cancellation)
                    .prune(single, plan(TestMethods.smallest()), TARGET))
        .withMessage("cancelled");

    assertThat(single.copy().committed).isFalse();
    assertThat(single.copy().closed).isTrue();
  }

  @Test
  void anInterruptStopsTheRunAndNothingElse() throws IOException {
    Thread caller = Thread.currentThread();
    PruningMethod method =
        TestMethods.doing(
            layer -> {
              if (!is("layer7.weight", layer)) {
                return keepAll(layer);
              }
              caller.interrupt();
              return readForEver(layer);
            });
    Pruner pruner = Pruner.create().withThreads(2).withCancellation(cancellation);

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> pruner.prune(model, plan(method), TARGET))
        .withMessage("interrupted");

    assertThat(Thread.interrupted()).isTrue();
    assertNothingLeft();
    // The pruner can be used again: its cancellation was not the one to stop this run.
    assertThat(cancellation.isCancelled()).isFalse();
    pruner.prune(model, plan(TestMethods.smallest()), TARGET);
    assertThat(model.copy().committed).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"layer", "global", "allocation"})
  void nothingReadsWeightsOnTheThreadThatMayBeInterrupted(String kind) throws IOException {
    Thread caller = Thread.currentThread();
    AtomicInteger reads = new AtomicInteger();
    model.beforeRead =
        layer -> {
          assertThat(Thread.currentThread()).isNotSameAs(caller);
          reads.incrementAndGet();
        };
    PruningStep step = PruningStep.of(UNET, TestMethods.smallest(), HALF);
    SparsityAllocation reading =
        new SparsityAllocation() {
          @Override
          public String name() {
            return "reading";
          }

          @Override
          public List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget)
              throws IOException {
            layers.get(0).data().read(0, ByteBuffer.allocate(2));
            return layers.stream().map(layer -> budget).toList();
          }
        };
    step =
        switch (kind) {
          case "global" -> step.withPattern(SparsityPattern.GLOBAL);
          case "allocation" -> step.withAllocation(reading);
          default -> step;
        };

    Pruner.create().prune(model, new PruningPlan(List.of(step)), TARGET);

    assertThat(reads).hasPositiveValue();
  }

  @Test
  void listenersAndSinksThatFailEndTheRun() {
    RuntimeException failure = new UncheckedIOException(new IOException("no terminal"));
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void layerPruned(LayerReport layer) {
            throw failure;
          }
        };
    PruningPlan plan = plan(TestMethods.smallest());

    assertThatThrownBy(() -> Pruner.create().withListener(listener).prune(model, plan, TARGET))
        .isSameAs(failure);
    assertNothingLeft();
    assertThatThrownBy(
            () ->
                Pruner.create()
                    .withMaskSink(
                        (layer, mask) -> {
                          throw failure;
                        })
                    .prune(model, plan, TARGET))
        .isSameAs(failure);
    assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"layer", "global"})
  void nonFiniteWeightsNameTheirLayer(String pattern) {
    Layer bad =
        model.add(UNET, "bad.weight", DType.F32, Shape.of(2, 2), 1, Double.NaN, 3, Double.NaN);
    model.addRandom(UNET, "last.weight", DType.F32, Shape.of(2, 2), 1);
    PruningStep step =
        PruningStep.of(UNET, TestMethods.smallest(), HALF)
            .withPattern(SparsityPattern.parse(pattern));

    assertThatExceptionOfType(PruningException.class)
        .isThrownBy(() -> Pruner.create().prune(model, new PruningPlan(List.of(step)), TARGET))
        .withMessage(
            "unet/bad.weight: 2 of 4 values are infinite or NaN and cannot be ranked; repair the"
                + " checkpoint, or leave this layer out of the selection")
        .satisfies(e -> assertThat(e.layer()).isEqualTo(bad));
    assertNothingLeft();
  }

  @Test
  void aMethodsOwnArithmeticFailureIsNotBlamedOnTheWeights() {
    ArithmeticException bug = new ArithmeticException("/ by zero");
    model.beforeRead =
        layer -> {
          throw bug;
        };
    PruningStep step =
        PruningStep.of(UNET, TestMethods.computed(), HALF).withPattern(SparsityPattern.GLOBAL);

    assertThatThrownBy(() -> Pruner.create().prune(model, new PruningPlan(List.of(step)), TARGET))
        .isSameAs(bug);
  }
}
