package io.github.espalier.examples.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error. */
final class TerminalBar {
  private static final int UPDATE_MILLISECONDS = 200;

  private TerminalBar() {}

  static ProgressBarBuilder of(String task, long max, PrintWriter err, Terminal terminal) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(max)
        .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
        .setStyle(style())
        .setConsumer(new ErrorStream(err, terminal.columns() - 1));
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
