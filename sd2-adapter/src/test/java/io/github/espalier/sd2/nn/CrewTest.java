package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CrewTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void doesEachTaskOnce(int threads) {
    try (Crew crew = new Crew(threads)) {
      assertThat(crew.threads()).isEqualTo(threads);
      for (int tasks : new int[] {0, 1, 2, 3, 7, 1000}) {
        for (int round = 0; round < 20; round++) {
          AtomicIntegerArray times = new AtomicIntegerArray(tasks);
          crew.run(tasks, times::incrementAndGet);
          for (int i = 0; i < tasks; i++) {
            assertThat(times.get(i)).isEqualTo(1);
          }
        }
      }
    }
  }

  /** Each of three tasks waits for the others. */
  @Test
  void tasksRunAtTheSameTime() {
    try (Crew crew = new Crew(3)) {
      CountDownLatch all = new CountDownLatch(3);
      Set<Thread> seen = ConcurrentHashMap.newKeySet();
      crew.run(
          3,
          task -> {
            seen.add(Thread.currentThread());
            all.countDown();
            await(all);
          });

      assertThat(seen).hasSize(3).contains(Thread.currentThread());
      assertThat(seen.stream().filter(each -> each != Thread.currentThread()))
          .allMatch(Thread::isDaemon);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theFirstFailureReachesTheCaller(int threads) {
    try (Crew crew = new Crew(threads)) {
      for (int failing : new int[] {0, 5, 99}) {
        RuntimeException thrown = new IllegalStateException("task " + failing);
        assertThatThrownBy(
                () ->
                    crew.run(
                        100,
                        task -> {
                          if (task == failing) {
                            throw thrown;
                          }
                        }))
            .isSameAs(thrown);
      }
      AssertionError error = new AssertionError("all");
      assertThatThrownBy(
              () ->
                  crew.run(
                      4,
                      task -> {
                        throw error;
                      }))
          .isSameAs(error);
      AtomicInteger done = new AtomicInteger();
      crew.run(10, task -> done.incrementAndGet());
      assertThat(done).as("the crew goes on").hasValue(10);
    }
  }

  @Test
  void aFailureOfAHelperReachesTheCaller() {
    try (Crew crew = new Crew(2)) {
      Thread caller = Thread.currentThread();
      CountDownLatch both = new CountDownLatch(2);
      assertThatThrownBy(
              () ->
                  crew.run(
                      2,
                      task -> {
                        both.countDown();
                        await(both);
                        if (Thread.currentThread() != caller) {
                          throw new IllegalStateException("of a helper");
                        }
                      }))
          .hasMessage("of a helper");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void checkedExceptionsInDisguiseAreNotLost(int threads) {
    try (Crew crew = new Crew(threads)) {
      assertThatThrownBy(() -> crew.run(3, task -> CrewTest.<RuntimeException>sneak()))
          .satisfiesAnyOf(
              e -> assertThat(e).isInstanceOf(IOException.class),
              e -> assertThat(e).hasCauseInstanceOf(IOException.class));
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void sneak() throws E {
    throw (E) new IOException("disguised");
  }

  @Test
  void aFailureEndsTheRoundSoon() {
    try (Crew crew = new Crew(2)) {
      AtomicInteger done = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  crew.run(
                      1_000_000,
                      task -> {
                        done.incrementAndGet();
                        throw new IllegalStateException();
                      }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(done.get()).isLessThan(1_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void roundsWithinRounds(int threads) {
    try (Crew crew = new Crew(threads)) {
      AtomicInteger done = new AtomicInteger();
      for (int i = 0; i < 50; i++) {
        crew.run(5, a -> crew.run(4, b -> crew.run(3, c -> done.incrementAndGet())));
      }
      assertThat(done).hasValue(50 * 60);
    }
  }

  @Test
  void anInterruptOfTheCallerIsKeptAndStopsNothing() {
    try (Crew crew = new Crew(2)) {
      AtomicInteger done = new AtomicInteger();
      Thread.currentThread().interrupt();
      crew.run(100, task -> done.incrementAndGet());

      assertThat(done).hasValue(100);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void refusesWorkOnceClosed() {
    Crew crew = new Crew(2);
    crew.close();
    crew.close();

    assertThatThrownBy(() -> crew.run(2, task -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
