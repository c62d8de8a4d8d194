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
 * A fixed number of threads that stop together: the first failure keeps every job that has not
 * begun from beginning, and is the one that is reported.
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

  <T extends @Nullable Object> List<Future<T>> start(List<Callable<T>> jobs) {
    List<Future<T>> futures = new ArrayList<>();
    for (Callable<T> job : jobs) {
      futures.add(executor.submit(() -> run(job)));
    }
    return futures;
  }

  private <T extends @Nullable Object> T run(Callable<T> job) throws Exception {
    if (failure.get() != null) {
      throw new CancellationException("another job failed");
    }
    try {
      cancellation.check();
      return job.call();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      throw e;
    }
  }

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
          cancellation.cancel();
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
    // Not shutdownNow: an interrupt would close the channels of a model that stays in use.
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

  @Override
  public void close() {
    stop();
  }
}
