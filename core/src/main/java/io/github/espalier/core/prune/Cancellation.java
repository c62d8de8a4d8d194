package io.github.espalier.core.prune;

import java.util.concurrent.CancellationException;

/**
 * A request to stop, made on any thread and seen by the pruner when it next reads or writes a piece
 * of a tensor or file: within a fraction of a second, unless a method computes for long without
 * reading weights. Safe for use by many threads.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Makes a request that is not yet made. */
  public Cancellation() {}

  /** Asks whatever watches this object to stop; cannot be undone. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Tells whether a stop was asked for.
   *
   * @return true from the first {@link #cancel()} on
   */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Stops the calling code if a stop was asked for.
   *
   * @throws CancellationException from the first {@link #cancel()} on
   */
  public void check() {
    if (cancelled) {
      throw new CancellationException("cancelled");
    }
  }
}
