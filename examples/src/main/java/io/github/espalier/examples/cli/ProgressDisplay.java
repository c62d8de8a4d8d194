package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.ProgressListener;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar with rate and remaining time, or nothing at all; stops the work in either case
 * when the user cancels.
 */
final class ProgressDisplay implements ProgressListener, LongConsumer, AutoCloseable {
  private static final int UPDATE_MILLISECONDS = 200;
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
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(totalBytes)
              .setUnit(" MB", MEGABYTE)
              .showSpeed()
              .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
              .setStyle(style())
              .setConsumer(new ErrorStream(err, session.terminal().columns() - 1))
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

  private static ProgressBarStyle style() {
    return Charset.defaultCharset().equals(StandardCharsets.UTF_8)
        ? ProgressBarStyle.UNICODE_BLOCK
        : ProgressBarStyle.ASCII;
  }

  private record ErrorStream(PrintWriter err, int columns) implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return columns;
    }

    @Override
    public void accept(String line) {
      err.print('\r' + line);
      err.flush();
    }

    @Override
    public void close() {
      err.println();
    }
  }
}
