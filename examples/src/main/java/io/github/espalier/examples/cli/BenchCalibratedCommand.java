package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.CalibratedBenchmark;
import io.github.espalier.examples.bench.CalibratedBenchmarkResult;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code espalier bench calibrated}. */
@Command(
    name = "calibrated",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the time of a Gram matrix, of SparseGPT of one layer, and of Wanda of a text encoder.",
      "",
      "Inputs and weights are random, and in memory. Each is measured by other work of the same"
          + " size, done in turn with it on all processors.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BenchCalibratedCommand implements Callable<Integer> {
  private final Session session;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "19712",
      description = "Tokens of the Gram matrix (default: ${DEFAULT-VALUE}, 256 captions).")
  int tokens;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      defaultValue = "5120",
      description =
          "Inputs of the Gram matrix and of SparseGPT's layer (default: ${DEFAULT-VALUE}).")
  int inputs;

  @Option(
      names = "--outputs",
      paramLabel = "N",
      defaultValue = "1280",
      description = "Outputs of SparseGPT's layer (default: ${DEFAULT-VALUE}).")
  int outputs;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Width of Wanda's text encoder (default: ${DEFAULT-VALUE}, that of SD2).")
  int width;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each is timed (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin BenchOutput output;

  BenchCalibratedCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    output.requirePositive("--tokens", tokens);
    output.requirePositive("--inputs", inputs);
    output.requirePositive("--outputs", outputs);
    output.requirePositive("--width", width);
    output.requirePositive("--runs", runs);
    CalibratedBenchmarkResult result =
        new CalibratedBenchmark(tokens, inputs, outputs, width, runs)
            .run(session.cancellation(), output.status());
    output.print(result, CalibratedBenchmarkText.write(result));
    return ExitStatus.OK;
  }
}
