package io.github.espalier.examples.cli;

import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the benchmarks say, and how. */
@SuppressWarnings("NullAway.Init")
final class BenchOutput {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(names = "--json", description = "Print the result as JSON.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Do not say on standard error what is being done.")
  boolean quiet;

  /** Hears what is being done. */
  Consumer<String> status() {
    return status -> {
      if (!quiet) {
        spec.commandLine().getErr().println("espalier bench: " + status);
      }
    };
  }

  /** Prints a result as JSON if that is wanted, and as the text if not. */
  void print(Object result, String text) {
    spec.commandLine().getOut().println(json ? Json.text(Json.of(result)) : text);
  }

  /** Refuses a number below one. */
  void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + ", but must be at least 1");
    }
  }
}
