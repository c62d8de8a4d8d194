package io.github.espalier.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Progress in steps: a bar over all of them with the remaining time, or, where there is no
 * terminal, a line for whatever is finished and, while that takes long, for how far it is. For one
 * thread at a time.
 */
final class StepDisplay implements AutoCloseable {
  private static final long LONGEST_SILENCE = Duration.ofSeconds(30).toNanos();
  private static final long UNKNOWN = -1;

  /** Back to the beginning, and what is there is erased. */
  private static final String TO_START_OF_LINE = "\r\u001b[K";

  /** How progress is shown. */
  enum Form {
    BAR,
    LINES,
    NONE
  }

  private final Form form;
  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private long lastLine = System.nanoTime();

  private StepDisplay(Form form, PrintWriter err, @Nullable ProgressBar bar) {
    this.form = form;
    this.err = err;
    this.bar = bar;
  }

  /** Starts with an unknown number of steps, of which the unit says what each is. */
  static StepDisplay start(Form form, Session session, String task, String unit, PrintWriter err) {
    ProgressBar bar =
        form == Form.BAR
            ? TerminalBar.of(task, UNKNOWN, err, session.terminal()).setUnit(" " + unit, 1).build()
            : null;
    return new StepDisplay(form, err, bar);
  }

  StepDisplay expecting(long steps) {
    if (bar != null) {
      bar.maxHint(steps);
    }
    return this;
  }

  /** One more step; the line says how far the work is. */
  void step(String line) {
    if (bar != null) {
      bar.step();
    } else {
      lineAfterSilence(line);
    }
  }

  /** So many steps in all; the line says how far the work is. */
  void stepTo(long steps, String line) {
    if (bar != null) {
      bar.stepTo(steps);
    } else {
      lineAfterSilence(line);
    }
  }

  /** Something is finished: a few words beside the bar, or a line. */
  void finished(String besideBar, String line) {
    if (bar != null) {
      bar.setExtraMessage(" " + besideBar);
    } else {
      line(line);
    }
  }

  /** Says something that stays, above the bar if there is one. */
  void announce(String line) {
    if (bar != null) {
      err.print(TO_START_OF_LINE);
      err.println(line);
    } else {
      line(line);
    }
  }

  private void lineAfterSilence(String text) {
    if (System.nanoTime() - lastLine > LONGEST_SILENCE) {
      line(text);
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
