package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.ProgressListener;
import java.io.PrintWriter;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar with rate and remaining time, or nothing at all; stops the work in either case
 * when the user cancels.
 */
final class ProgressDisplay implements ProgressListener, LongConsumer, AutoCloseable {
  private static final long MEGABYTE = 1_000_000;

  private final Session session;
  private final String task;
  private final PrintWriter err;
  private final boolean shown;
  private @Nullable ProgressBar bar;

  ProgressDisplay(Session session, String task, PrintWriter err, boolean shown) {
    this.session = session;
    this.task = task;
    this.err = err;
    this.shown = shown;
  }

  ProgressDisplay expecting(long totalBytes) {
    started(totalBytes, 0);
    return this;
  }

  @Override
  public void started(long totalBytes, int layers) {
    if (shown) {
      bar =
          TerminalBar.of(task, totalBytes, err, session.terminal())
              .setUnit(" MB", MEGABYTE)
              .showSpeed()
              .build();
    }
  }

  @Override
  public void advanced(long bytes) {
    ProgressBar current = bar;
    if (current != null) {
      current.stepBy(bytes);
    }
  }

  @Override
  public void committing() {
    ProgressBar current = bar;
    if (current != null) {
      current.setExtraMessage(" storing");
    }
  }

  /** Receives progress of work that has no cancellation of its own. */
  @Override
  public void accept(long bytes) {
    session.cancellation().check();
    advanced(bytes);
  }

  @Override
  public void close() {
    ProgressBar current = bar;
    if (current != null) {
      current.close();
      bar = null;
    }
  }
}
