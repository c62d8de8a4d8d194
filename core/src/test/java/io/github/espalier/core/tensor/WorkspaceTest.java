package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.openblas.global.openblas;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
  @Test
  void usesReleasedMemoryAgain() {
    try (Workspace workspace = new Workspace()) {
      FloatMatrix first = workspace.take(40, 50);
      first.put(0, 0, new float[] {3f}, 0, 1);
      workspace.release(first);
      FloatMatrix second = workspace.take(50, 30);

      assertThat(second.get(0, 0)).isEqualTo(3f);
      assertThat(second.isContiguous()).isTrue();
      assertThat(workspace.bytes()).isEqualTo(40 * 50 * Float.BYTES);
    }
  }

  @Test
  void doesNotWasteMuchMemoryOnSmallMatrices() {
    try (Workspace workspace = new Workspace()) {
      workspace.release(workspace.take(100, 100));
      FloatMatrix small = workspace.take(70, 70);
      assertThat(workspace.bytes()).isEqualTo((100 * 100 + 70 * 70) * Float.BYTES);

      workspace.release(small);
      workspace.take(71, 71);
      assertThat(workspace.bytes()).as("the large one").isEqualTo(14_900 * Float.BYTES);
      workspace.take(60, 60);
      assertThat(workspace.bytes()).as("the small one").isEqualTo(14_900 * Float.BYTES);
    }
  }

  @Test
  void takesTheSmallestThatFits() {
    try (Workspace workspace = new Workspace()) {
      FloatMatrix large = workspace.take(1, 9000);
      FloatMatrix small = workspace.take(1, 6000);
      workspace.release(large);
      workspace.release(small);
      workspace.take(1, 5000);
      workspace.take(1, 8000);

      assertThat(workspace.bytes()).isEqualTo(15_000 * Float.BYTES);
    }
  }

  @Test
  void neverLendsTheSameMemoryTwice() {
    try (Workspace workspace = new Workspace()) {
      FloatMatrix first = workspace.take(3, 3);
      FloatMatrix equal = workspace.take(3, 3);
      workspace.release(first);
      workspace.release(equal);
      FloatMatrix a = workspace.take(3, 3);
      FloatMatrix b = workspace.take(3, 3);
      a.put(0, 0, new float[] {1f}, 0, 1);
      b.put(0, 0, new float[] {2f}, 0, 1);

      assertThat(a.get(0, 0)).isEqualTo(1f);
      assertThat(workspace.lent()).isEqualTo(2);
    }
  }

  @Test
  void countsWhatIsLent() {
    try (Workspace workspace = new Workspace()) {
      assertThat(workspace.bytes()).isZero();
      FloatMatrix matrix = workspace.take(2, 2);
      FloatMatrix empty = workspace.take(0, 5);
      assertThat(workspace.lent()).isEqualTo(2);
      workspace.release(matrix);
      workspace.release(empty);
      assertThat(workspace.lent()).isZero();
      assertThat(workspace.bytes()).isPositive();
    }
  }

  @Test
  void takesBackOnlyWhatItLent() {
    try (Workspace workspace = new Workspace();
        Workspace other = new Workspace()) {
      FloatMatrix matrix = workspace.take(2, 3);
      FloatMatrix view = matrix.rows(0, 2);

      assertThatThrownBy(() -> other.release(matrix))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a matrix of 2x3 is not lent by this workspace");
      assertThatThrownBy(() -> workspace.release(view))
          .isInstanceOf(IllegalArgumentException.class);
      workspace.release(matrix);
      assertThatThrownBy(() -> workspace.release(matrix))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesImpossibleSizes() {
    try (Workspace workspace = new Workspace()) {
      assertThatThrownBy(() -> workspace.take(-1, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a matrix of -1x2 is not possible");
      assertThatThrownBy(() -> workspace.take(-2, -2)).isInstanceOf(IllegalArgumentException.class);
      for (int columns : new int[] {1 << 13, 1 << 15, 1 << 16, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> workspace.take(1 << 16, columns))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("are too many, at most 536870911 are possible");
      }
      assertThat(workspace.lent()).isZero();
      assertThat(workspace.bytes()).isZero();
    }
  }

  @Test
  void isOfNoUseOnceClosed() {
    Workspace workspace = new Workspace();
    FloatMatrix matrix = workspace.take(1, 1);
    workspace.close();
    workspace.close();

    assertThat(workspace.lent()).isZero();
    assertThat(workspace.bytes()).isZero();
    assertThatThrownBy(() -> workspace.take(1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the workspace is closed");
    assertThatThrownBy(() -> workspace.release(matrix))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void openBlasHasOneThreadUntilTheLastWorkspaceCloses() {
    int before = openblas.blas_get_num_threads();
    openblas.blas_set_num_threads(2);
    try {
      Workspace first = new Workspace();
      assertThat(openblas.blas_get_num_threads()).isEqualTo(1);
      Workspace second = new Workspace();
      first.close();
      first.close();
      assertThat(openblas.blas_get_num_threads()).as("one is open").isEqualTo(1);
      Workspace third = new Workspace();
      second.close();
      assertThat(openblas.blas_get_num_threads()).as("another is open").isEqualTo(1);
      third.close();
      assertThat(openblas.blas_get_num_threads()).isEqualTo(2);
      try (Workspace nested = new Workspace()) {
        assertThat(nested.lent()).isZero();
        assertThat(openblas.blas_get_num_threads()).as("again").isEqualTo(1);
      }
      assertThat(openblas.blas_get_num_threads()).isEqualTo(2);
    } finally {
      openblas.blas_set_num_threads(before);
    }
  }

  /** Each thread fills what it takes with its number and finds it unchanged later. */
  @Test
  void manyThreadsGetMemoryOfTheirOwn() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Workspace workspace = new Workspace()) {
      List<Callable<Integer>> jobs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        jobs.add(() -> takeAndRelease(workspace, number));
      }
      for (Future<Integer> wrong : pool.invokeAll(jobs)) {
        assertThat(wrong.get()).isZero();
      }
      assertThat(workspace.lent()).isZero();
    } finally {
      pool.shutdown();
    }
  }

  private static int takeAndRelease(Workspace workspace, int number) {
    Random random = new Random(number);
    int wrong = 0;
    for (int i = 0; i < 500; i++) {
      FloatMatrix matrix = workspace.take(1 + random.nextInt(60), 1 + random.nextInt(60));
      float[] values = new float[(int) matrix.elements()];
      Arrays.fill(values, number);
      matrix.put(0, 0, values, 0, values.length);
      for (float each : matrix.toArray()) {
        wrong += each == number ? 0 : 1;
      }
      workspace.release(matrix);
    }
    return wrong;
  }
}
