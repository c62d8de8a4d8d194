package io.github.espalier.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {
  private static Workers workers(int threads) {
    return new Workers(threads, new Cancellation());
  }

  @Test
  void resultsComeInTheOrderOfTheirJobs() throws IOException {
    List<Callable<Integer>> jobs = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      jobs.add(() -> number);
      expected.add(number);
    }
    try (Workers workers = workers(3)) {
      assertThat(workers.await(workers.start(jobs))).isEqualTo(expected);
      assertThat(workers.<String>call(() -> "more")).isEqualTo("more");
    }
  }

  @Test
  void errorsAndExceptionsArriveAsTheyWere() {
    Error error = new AssertionError("error");
    IOException exception = new IOException("exception");
    InterruptedException checked = new InterruptedException("checked");

    assertThatThrownBy(() -> fail(error)).isSameAs(error);
    assertThatThrownBy(() -> fail(exception)).isSameAs(exception);
    assertThatIllegalStateException().isThrownBy(() -> fail(checked)).withCause(checked);
  }

  private static void fail(Throwable failure) throws IOException {
    try (Workers workers = workers(1)) {
      workers.call(
          () -> {
            if (failure instanceof Error error) {
              throw error;
            }
            throw (Exception) failure;
          });
    }
  }

  @Test
  void theFirstFailureIsTheOneReported() {
    try (Workers workers = workers(1)) {
      IOException first = new IOException("first");
      List<Future<Object>> futures =
          workers.start(
              List.of(
                  () -> {
                    throw first;
                  },
                  () -> {
                    throw new IOException("second");
                  }));
      assertThatThrownBy(() -> workers.await(futures)).isSameAs(first);
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(workers::check)
          .withMessage("another job failed");
    }
  }

  @Test
  void closingStopsJobsThatNobodyAwaits() {
    CountDownLatch begun = new CountDownLatch(1);
    List<String> ended = new ArrayList<>();
    try (Workers workers = workers(1)) {
      List<Future<Object>> futures =
          workers.start(
              List.of(
                  () -> {
                    begun.countDown();
                    try {
                      while (true) {
                        workers.check();
                      }
                    } finally {
                      ended.add("first");
                    }
                  },
                  () -> ended.add("second")));
      assertThat(futures).hasSize(2);
      assertThat(begun).satisfies(CountDownLatch::await);
    }
    assertThat(ended).containsExactly("first");
  }
}
