package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** Runs the program inside the test, and catches what it prints. */
final class Cli {
  /** What a run left behind. */
  record Run(int status, String out, String err) {
    List<String> errLines() {
      return err.lines().toList();
    }
  }

  private Cli() {}

  static Run run(Object... args) {
    return run(new Cancellation(), args);
  }

  static Run run(Cancellation cancellation, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Espalier.commandLine(new Session(cancellation, Terminal.NONE));
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    int status = commandLine.execute(Arrays.stream(args).map(Cli::text).toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  private static String text(Object arg) {
    return arg instanceof Path path ? path.toString() : (String) arg;
  }
}
