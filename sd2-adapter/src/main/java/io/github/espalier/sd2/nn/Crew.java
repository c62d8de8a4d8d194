package io.github.espalier.sd2.nn;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A thread that asks for work to be done, and others that help it. */
final class Crew implements AutoCloseable {
  private final int threads;
  private final @Nullable ExecutorService helpers;

  Crew(int threads) {
    this.threads = threads;
    this.helpers = threads == 1 ? null : Executors.newFixedThreadPool(threads - 1, Crew::helper);
  }

  private static Thread helper(Runnable job) {
    Thread thread = new Thread(job, "espalier-compute");
    thread.setDaemon(true);
    return thread;
  }

  int threads() {
    return threads;
  }

  /** Runs tasks 0 to {@code tasks - 1}, each once, in any order, and returns when all are done. */
  void run(int tasks, IntConsumer body) {
    if (helpers == null || tasks <= 1) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    Round round = new Round(tasks, body);
    for (int i = 1; i < Math.min(threads, tasks); i++) {
      helpers.execute(round::work);
    }
    round.work();
    round.await();
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }

  /**
   * Whoever comes takes the next task; waiting is for tasks, not for helpers that came too late.
   */
  private static final class Round {
    private final int tasks;
    private final IntConsumer body;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Round(int tasks, IntConsumer body) {
      this.tasks = tasks;
      this.body = body;
      this.unfinished = new CountDownLatch(tasks);
    }

    void work() {
      for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            body.accept(task);
          }
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        } finally {
          unfinished.countDown();
        }
      }
    }

    void await() {
      Uninterruptibles.awaitUninterruptibly(unfinished);
      Throwable first = failure.get();
      if (first instanceof RuntimeException e) {
        throw e;
      }
      if (first instanceof Error e) {
        throw e;
      }
      if (first != null) {
        throw new IllegalStateException(first);
      }
    }
  }
}
