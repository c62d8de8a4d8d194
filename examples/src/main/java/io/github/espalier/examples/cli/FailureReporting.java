package io.github.espalier.examples.cli;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Runs a command; whatever it throws becomes one line and an exit status. */
final class FailureReporting implements IExecutionStrategy {
  private final BooleanSupplier debug;

  FailureReporting(BooleanSupplier debug) {
    this.debug = debug;
  }

  @Override
  public int execute(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    try {
      return new RunLast().execute(parsed);
    } catch (ParameterException e) {
      throw e;
    } catch (ExecutionException e) {
      return report(command, e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException | Error e) {
      return report(command, e);
    }
  }

  private int report(CommandLine command, Throwable failure) {
    command.getErr().println("espalier: " + Failures.message(failure));
    if (debug.getAsBoolean()) {
      failure.printStackTrace(command.getErr());
    }
    return failure instanceof CancellationException
        ? ExitStatus.CANCELLED
        : command.getCommandSpec().exitCodeOnExecutionException();
  }
}
