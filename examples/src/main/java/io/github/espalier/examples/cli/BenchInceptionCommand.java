package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.InceptionBenchmark;
import io.github.espalier.examples.bench.InceptionBenchmarkResult;
import io.github.espalier.metrics.inception.InceptionNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
          + " folder for temporary files (95 MB). time_inception.py of the sources measures"
          + " PyTorch.",
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

  @Mixin
  final NetworkBenchOptions options = new NetworkBenchOptions(299, 16, 5, "time_inception.py");

  @Mixin BenchOutput output;

  BenchInceptionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    options.requireInRange(InceptionNetwork.LEAST_SIZE);
    Double baseline = options.baseline();
    InceptionBenchmarkResult result =
        new InceptionBenchmark(options.batch, options.size, options.threads.count, options.runs)
            .run(weights, baseline, session.cancellation(), output.status());
    output.print(result, InceptionBenchmarkText.write(result));
    return ExitStatus.OK;
  }
}
