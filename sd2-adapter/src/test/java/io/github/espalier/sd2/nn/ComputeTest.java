package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ComputeTest {
  @Test
  void needsAThread() {
    assertThatThrownBy(() -> Compute.withThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads is 0, but must be at least 1");
    try (Compute compute = Compute.withAllProcessors()) {
      assertThat(compute.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }
  }

  @Test
  void viewsShareThreadsAndMemory() {
    List<String> seen = new ArrayList<>();
    OperationTimes times = new OperationTimes();
    try (Compute compute = Compute.withThreads(2)) {
      Compute view =
          compute.withTap(new Recorder(seen)).withTimes(times).withCheck(new Cancellation()::check);
      assertThat(view.workspace()).isSameAs(compute.workspace());
      assertThat(view.threads()).isEqualTo(2);
      assertThat(view.isTapped()).isTrue();
      assertThat(compute.isTapped()).isFalse();

      FloatMatrix matrix = view.take(6, 3);
      assertThat(compute.workspace().lent()).isEqualTo(1);
      FeatureMap map = new FeatureMap(matrix, 1, 2, 3);
      view.input("layer", map);
      view.output("module", map);
      compute.input("unseen", map);
      compute.output("unseen", map);
      compute.release(matrix);
      view.stop(Operation.LINEAR, view.start());
      compute.stop(Operation.NORM, compute.start());
    }
    assertThat(seen).containsExactly("in layer", "out module");
    assertThat(times.seconds()).containsOnlyKeys(Operation.LINEAR);
  }

  private record Recorder(List<String> seen) implements LayerTap {
    @Override
    public void input(String layer, FeatureMap input) {
      seen.add("in " + layer);
    }

    @Override
    public void output(String module, FeatureMap output) {
      seen.add("out " + module);
    }
  }

  @Test
  void stopsOnceCancelled() {
    Cancellation cancellation = new Cancellation();
    try (Compute compute = Compute.withThreads(1)) {
      Compute view = compute.withCheck(cancellation::check);
      view.check();
      cancellation.cancel();
      assertThatThrownBy(view::check).isInstanceOf(CancellationException.class);
      compute.check();
    }
  }

  @Test
  void smallTasksStayWithTheCallerAndLargeOnesAreShared() {
    try (Compute compute = Compute.withThreads(2)) {
      Set<Thread> small = ConcurrentHashMap.newKeySet();
      compute.forEach(10, 1, task -> small.add(Thread.currentThread()));
      assertThat(small).containsExactly(Thread.currentThread());

      CountDownLatch both = new CountDownLatch(2);
      Set<Thread> large = ConcurrentHashMap.newKeySet();
      compute.forEach(
          2,
          1e6,
          task -> {
            both.countDown();
            await(both);
            large.add(Thread.currentThread());
          });
      assertThat(large).hasSize(2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closingAViewClosesAll() {
    Compute compute = Compute.withThreads(2);
    compute.withTimes(new OperationTimes()).close();

    assertThatThrownBy(() -> compute.take(1, 1)).isInstanceOf(IllegalStateException.class);
    compute.close();
  }
}
