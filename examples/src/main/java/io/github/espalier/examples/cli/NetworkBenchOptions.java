package io.github.espalier.examples.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of benchmarks of a network. */
@SuppressWarnings("NullAway.Init")
final class NetworkBenchOptions {
  private final String script;

  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Height and width of what the network is given (default: ${DEFAULT-VALUE}).")
  int size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "How many go through it together (default: ${DEFAULT-VALUE}).")
  int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "How often that is timed (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin ThreadsOption threads;

  @Option(
      names = "--pytorch",
      paramLabel = "SECONDS|FILE",
      description =
          "What PyTorch takes for the same on this machine, for the ratio: seconds, or the file"
              + " with the line that the script named above printed.")
  Optional<String> pytorch = Optional.empty();

  /** Takes the defaults, and the script that measures PyTorch. */
  NetworkBenchOptions(int size, int batch, int runs, String script) {
    this.size = size;
    this.batch = batch;
    this.runs = runs;
    this.script = script;
  }

  /** Refuses what cannot be measured. */
  void requireInRange(int leastSize) {
    requireAtLeast("--size", size, leastSize);
    requireAtLeast("--batch", batch, 1);
    requireAtLeast("--runs", runs, 1);
  }

  private void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + ", but must be at least " + least);
    }
  }

  /** Returns PyTorch's time, if it was given and measured with the same options. */
  @Nullable Double baseline() throws IOException {
    if (pytorch.isEmpty()) {
      return null;
    }
    Map<String, Integer> same = Map.of("size", size, "batch", batch, "threads", threads.count);
    return new PytorchTime(spec, script, same).seconds(pytorch.get());
  }
}
