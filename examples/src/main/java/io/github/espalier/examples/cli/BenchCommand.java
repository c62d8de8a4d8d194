package io.github.espalier.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code espalier bench}: only its subcommands do anything. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures Espalier on this machine.",
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init")
final class BenchCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what to measure? give one of: " + String.join(", ", spec.subcommands().keySet()));
  }
}
