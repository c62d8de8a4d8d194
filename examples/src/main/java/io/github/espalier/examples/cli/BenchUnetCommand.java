package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.UnetBenchmark;
import io.github.espalier.examples.bench.UnetBenchmarkResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
          + " matter: a checkpoint made by 'espalier synthesize' will do. The U-Net is given latents:"
          + " 64x64 for images of 512 pixels, 2 for one image with guidance. bench_unet.py of the"
          + " sources measures PyTorch.",
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

  @Mixin final NetworkBenchOptions options = new NetworkBenchOptions(64, 2, 3, "bench_unet.py");

  @Mixin BenchOutput output;

  BenchUnetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    options.requireInRange(1);
    Double baseline = options.baseline();
    UnetBenchmarkResult result =
        new UnetBenchmark(source, options.batch, options.size, options.threads.count, options.runs)
            .run(baseline, session.cancellation(), output.status());
    output.print(result, UnetBenchmarkText.write(result));
    return ExitStatus.OK;
  }
}
