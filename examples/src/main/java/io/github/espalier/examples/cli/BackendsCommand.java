package io.github.espalier.examples.cli;

import io.github.espalier.core.tensor.Backends;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier backends}. */
@Command(
    name = "backends",
    mixinStandardHelpOptions = true,
    description = {
      "Says which ND4J backend runs, and what would make it faster.",
      "",
      "Pruning by magnitude uses none: it reads and writes weights as they are stored.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BackendsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(Backends.describe());
    return ExitStatus.OK;
  }
}
