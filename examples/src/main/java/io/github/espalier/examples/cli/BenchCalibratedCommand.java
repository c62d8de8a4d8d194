package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.CalibratedBenchmark;
import io.github.espalier.examples.bench.CalibratedBenchmarkResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      ExitStatus.OK_TEXT,
      ExitStatus.FAILED_TEXT,
      ExitStatus.USAGE_TEXT,
      ExitStatus.CANCELLED_TEXT,
      ExitStatus.TERMINATED_TEXT,
    })
@SuppressWarnings("NullAway.Init")
final class BenchCalibratedCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

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

  @Option(names = "--json", description = "Print the result as JSON.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Do not say on standard error what is being done.")
  boolean quiet;

  BenchCalibratedCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    require("--tokens", tokens);
    require("--inputs", inputs);
    require("--outputs", outputs);
    require("--width", width);
    require("--runs", runs);
    PrintWriter err = spec.commandLine().getErr();
    CalibratedBenchmarkResult result =
        new CalibratedBenchmark(tokens, inputs, outputs, width, runs)
            .run(
                session.cancellation(),
                status -> {
                  if (!quiet) {
                    err.println("espalier bench: " + status);
                  }
                });
    spec.commandLine()
        .getOut()
        .println(json ? Json.text(Json.of(result)) : CalibratedBenchmarkText.write(result));
    return ExitStatus.OK;
  }

  private void require(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + ", but must be at least 1");
    }
  }
}
