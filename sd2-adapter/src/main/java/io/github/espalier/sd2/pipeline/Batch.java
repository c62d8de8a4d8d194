package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Makes the images of a list, some at the same time, each worker with its own compute. */
final class Batch {
  private final ImageMaker maker;
  private final List<ImageRequest> requests;
  private final GenerationListener listener;
  private final Cancellation outer;
  private final Cancellation inner = new Cancellation();
  private final AtomicInteger next = new AtomicInteger();
  private final Object listening = new Object();

  private Batch(
      ImageMaker maker,
      List<ImageRequest> requests,
      GenerationListener listener,
      Cancellation outer) {
    this.maker = maker;
    this.requests = requests;
    this.listener = listener;
    this.outer = outer;
  }

  static void run(
      ImageMaker maker,
      List<ImageRequest> requests,
      int batch,
      int threads,
      GenerationListener listener,
      Cancellation cancellation)
      throws IOException {
    Batch run = new Batch(maker, requests, listener, cancellation);
    int[] shares = shares(batch, threads, requests.size());
    if (shares.length == 1) {
      run.work(threads);
    } else {
      run.workTogether(shares);
    }
  }

  /** Threads of each worker: all there are, the first workers having the remainder. */
  static int[] shares(int batch, int threads, int requests) {
    int[] shares = new int[Math.max(1, Math.min(Math.min(batch, threads), requests))];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = threads / shares.length + (i < threads % shares.length ? 1 : 0);
    }
    return shares;
  }

  private void workTogether(int[] shares) throws IOException {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            shares.length,
            job -> {
              Thread thread = new Thread(job, "espalier-image");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int threads : shares) {
        futures.add(
            executor.submit(
                () -> {
                  work(threads);
                  return null;
                }));
      }
      await(futures);
    } finally {
      executor.shutdown();
    }
  }

  /** Waits for all; the first failure that is no consequence of another one is thrown. */
  private void await(List<Future<?>> futures) throws IOException {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> future : futures) {
      while (true) {
        try {
          future.get();
          break;
        } catch (ExecutionException e) {
          Throwable cause = e.getCause() == null ? e : e.getCause();
          if (failure == null || failure instanceof CancellationException) {
            failure = cause;
          }
          break;
        } catch (InterruptedException e) {
          interrupted = true;
          inner.cancel();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow(failure);
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    // A listener in another language can throw what Java's does not declare.
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  private void check() {
    outer.check();
    inner.check();
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }

  private void work(int threads) throws IOException {
    try (Compute owned = Compute.withThreads(threads)) {
      Compute compute = owned.withCheck(this::check);
      int calls = maker.calls();
      for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
        int index = i;
        GeneratedImage image =
            maker.make(
                compute,
                index,
                requests.get(index),
                call -> {
                  synchronized (listening) {
                    listener.step(index, call, calls);
                  }
                });
        synchronized (listening) {
          compute.check();
          listener.image(image);
        }
      }
    } catch (Throwable e) {
      inner.cancel();
      throw e;
    }
  }
}
