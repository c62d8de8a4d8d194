package io.github.espalier.core.prune;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that stop together: once a job has failed, or the run is cancelled, no
 * other begins, and those under way stop at their next {@link #check}. The first failure is the one
 * that is reported.
 *
 * <p>The threads are never interrupted, and neither is any file that they read when the waiting
 * thread is: an interrupt would close the channels of a model that stays in use.
 */
final class Workers implements AutoCloseable {
  private final ExecutorService executor;
  private final Cancellation cancellation;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  Workers(int threads, Cancellation cancellation) {
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            job -> {
              Thread thread = new Thread(job, "espalier-worker");
              thread.setDaemon(true);
              return thread;
            });
    this.cancellation = cancellation;
  }

  /** Stops the calling job if it is in vain: the run was cancelled, or another job failed. */
  void check() {
    if (failure.get() != null) {
      throw new CancellationException("another job failed");
    }
    cancellation.check();
  }

  <T extends @Nullable Object> List<Future<T>> start(List<Callable<T>> jobs) {
    List<Future<T>> futures = new ArrayList<>();
    for (Callable<T> job : jobs) {
      futures.add(executor.submit(() -> run(job)));
    }
    return futures;
  }

  private <T extends @Nullable Object> T run(Callable<T> job) throws Exception {
    try {
      check();
      return job.call();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      throw e;
    }
  }

  /**
   * Waits for jobs; an interrupt of the waiting thread stops them, and stays set.
   *
   * @throws CancellationException if the run was cancelled or the waiting thread interrupted
   */
  <T extends @Nullable Object> List<T> await(List<Future<T>> futures) throws IOException {
    List<T> results = new ArrayList<>();
    boolean interrupted = false;
    for (Future<T> future : futures) {
      while (true) {
        try {
          results.add(future.get());
          break;
        } catch (ExecutionException e) {
          break; // The first failure is thrown below, once no job is running any more.
        } catch (InterruptedException e) {
          interrupted = true;
          // Not the cancellation, which belongs to the caller, and may watch over other runs.
          failure.compareAndSet(null, new CancellationException("interrupted"));
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable first = failure.get();
    if (first != null) {
      stop();
      rethrow(first);
    }
    return results;
  }

  /** Runs one job and waits for it. */
  <T extends @Nullable Object> T call(Callable<T> job) throws IOException {
    return await(start(List.of(job))).get(0);
  }

  private static void rethrow(Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException("a job failed", failure);
  }

  private void stop() {
    executor.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (executor.awaitTermination(1, TimeUnit.HOURS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until no job is running; those that nobody awaited stop early. */
  @Override
  public void close() {
    failure.compareAndSet(null, new CancellationException("closed"));
    stop();
  }
}
