package io.github.espalier.sd2.checkpoint;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was written on to the storage device while more is being written, so that little is
 * left to wait for at the end.
 */
final class Flusher implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  private final List<RewrittenFile> files;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable IOException failure;

  private Flusher(List<RewrittenFile> files) {
    this.files = files;
    this.thread = new Thread(this::run, "espalier-flusher");
    this.thread.setDaemon(true);
  }

  static Flusher start(List<RewrittenFile> files) {
    Flusher flusher = new Flusher(List.copyOf(files));
    flusher.thread.start();
    return flusher;
  }

  private void run() {
    try {
      while (!closed) {
        for (RewrittenFile file : files) {
          file.flush();
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the thread to end; a failure to flush is one to write. */
  @Override
  public void close() throws IOException {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
