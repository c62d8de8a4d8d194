package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.UnetBenchmark;
import io.github.espalier.examples.bench.UnetBenchmarkResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bench unet}. */
@Command(
    name = "unet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the time of the U-Net's forward pass, and of the text encoder's and the decoder's.",
      "",
      "All three are in memory as 32-bit numbers, whatever the checkpoint has. Their values do not"
          + " matter: a checkpoint made by 'espalier synthesize' will do.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BenchUnetCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Side of the latents (default: ${DEFAULT-VALUE}, for images of 512 pixels).")
  int size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "2",
      description = "Samples (default: ${DEFAULT-VALUE}, one image with guidance).")
  int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each network is timed (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin ThreadsOption threads;

  @Option(
      names = "--pytorch",
      paramLabel = "SECONDS|FILE",
      description = {
        "What PyTorch takes for the same pass on this machine, for the ratio: seconds, or the file"
            + " with the line that bench_unet.py printed."
      })
  Optional<String> pytorch = Optional.empty();

  @Mixin BenchOutput output;

  BenchUnetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    output.requirePositive("--size", size);
    output.requirePositive("--batch", batch);
    output.requirePositive("--runs", runs);
    PytorchTime reference =
        new PytorchTime(
            spec, "bench_unet.py", Map.of("size", size, "batch", batch, "threads", threads.count));
    Double baseline = pytorch.isEmpty() ? null : reference.seconds(pytorch.get());
    UnetBenchmarkResult result =
        new UnetBenchmark(source, batch, size, threads.count, runs)
            .run(baseline, session.cancellation(), output.status());
    output.print(result, UnetBenchmarkText.write(result));
    return ExitStatus.OK;
  }
}
