package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.InceptionBenchmark;
import io.github.espalier.examples.bench.InceptionBenchmarkResult;
import io.github.espalier.metrics.inception.InceptionNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bench inception}. */
@Command(
    name = "inception",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the time of FID's Inception network for a batch of random images.",
      "",
      "The values of the weights do not matter: without a file they are random, and written to the"
          + " folder for temporary files (95 MB).",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BenchInceptionCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      arity = "0..1",
      paramLabel = "WEIGHTS",
      description = "The network's weights as a safetensors file (default: random ones).")
  Optional<Path> weights = Optional.empty();

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "299",
      description = "Height and width of the images (default: ${DEFAULT-VALUE}).")
  int size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Number of images (default: ${DEFAULT-VALUE}).")
  int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often the batch is timed (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin ThreadsOption threads;

  @Option(
      names = "--pytorch",
      paramLabel = "SECONDS|FILE",
      description = {
        "What PyTorch takes for the same batch on this machine, for the ratio: seconds, or the file"
            + " with the line that time_inception.py printed."
      })
  Optional<String> pytorch = Optional.empty();

  @Mixin BenchOutput output;

  BenchInceptionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (size < InceptionNetwork.LEAST_SIZE) {
      throw new ParameterException(
          spec.commandLine(),
          "--size is " + size + ", but must be at least " + InceptionNetwork.LEAST_SIZE);
    }
    output.requirePositive("--batch", batch);
    output.requirePositive("--runs", runs);
    PytorchTime reference =
        new PytorchTime(
            spec,
            "time_inception.py",
            Map.of("size", size, "batch", batch, "threads", threads.count));
    Double baseline = pytorch.isEmpty() ? null : reference.seconds(pytorch.get());
    InceptionBenchmarkResult result =
        new InceptionBenchmark(batch, size, threads.count, runs)
            .run(weights, baseline, session.cancellation(), output.status());
    output.print(result, InceptionBenchmarkText.write(result));
    return ExitStatus.OK;
  }
}
