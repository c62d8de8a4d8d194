package io.github.espalier.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Progress of images: a bar over all steps with the remaining time, or, where there is no terminal,
 * a line for each image and, while one takes long, for its steps. For one thread at a time.
 */
final class StepDisplay implements AutoCloseable {
  private static final long LONGEST_SILENCE = Duration.ofSeconds(30).toNanos();

  /** How progress is shown. */
  enum Form {
    BAR,
    LINES,
    NONE
  }

  private final Form form;
  private final PrintWriter err;
  private final int images;
  private final @Nullable ProgressBar bar;
  private int finished;
  private long lastLine = System.nanoTime();

  private StepDisplay(Form form, PrintWriter err, int images, @Nullable ProgressBar bar) {
    this.form = form;
    this.err = err;
    this.images = images;
    this.bar = bar;
  }

  static StepDisplay start(
      Form form, Session session, String task, PrintWriter err, int images, int callsPerImage) {
    ProgressBar bar =
        form == Form.BAR
            ? TerminalBar.of(task, (long) images * callsPerImage, err, session.terminal())
                .setUnit(" steps", 1)
                .build()
            : null;
    return new StepDisplay(form, err, images, bar);
  }

  void step(String image, int call, int calls) {
    if (bar != null) {
      bar.step();
    } else if (System.nanoTime() - lastLine > LONGEST_SILENCE) {
      line(image + ": " + call + " of " + calls + " steps");
    }
  }

  void finished(String image, int calls, double seconds) {
    finished++;
    if (bar != null) {
      bar.setExtraMessage(" " + finished + " of " + images + " images");
    } else {
      line(
          String.format(
              "%s: %d U-Net calls in %s, %d of %d",
              image, calls, Figures.seconds(seconds), finished, images));
    }
  }

  private void line(String text) {
    if (form == Form.LINES) {
      err.println(text);
    }
    lastLine = System.nanoTime();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
