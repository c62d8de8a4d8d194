package io.github.espalier.examples.cli;

import picocli.CommandLine;

/** Exit statuses of all commands. {@code diff} has meanings of its own for some of them. */
final class ExitStatus {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  /** What a shell reports for a program that Ctrl-C ended. */
  static final int CANCELLED = 130;

  /** Help text about them, for {@code exitCodeList}. */
  static final String OK_TEXT = "0:done";

  static final String FAILED_TEXT = "1:failed; one line on standard error says why";
  static final String USAGE_TEXT = "2:wrong command, option or value";
  static final String CANCELLED_TEXT = "130:cancelled by Ctrl-C";
  static final String TERMINATED_TEXT = "143:cancelled by a request to terminate (SIGTERM)";

  private ExitStatus() {}

  /** Says that a cancelled run keeps what it has done; returns its status. */
  static int cancelledToGoOn(CommandLine command) {
    command.getErr().println("espalier: cancelled; the same command goes on with what was saved");
    return CANCELLED;
  }
}
