package io.github.espalier.examples.cli;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.bench.BenchmarkResult;
import io.github.espalier.examples.bench.PruneBenchmark;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bench prune}. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the time of pruning a checkpoint, and of copying the same files in turn.",
      "",
      "Prunes 47.5%% of the text encoder and 35%% of the U-Net unless told otherwise. Needs free"
          + " space as large as the checkpoint, beside it; deletes what it writes.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BenchPruneCommand implements Callable<Integer> {
  private static final int FEWEST_RUNS = 3;

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "SRC",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Mixin PlanOptions planOptions;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each is timed, at least 3 (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin ThreadsOption threads;

  @Option(
      names = "--out-dir",
      paramLabel = "DIR",
      description = "Where to write (default: beside the checkpoint).")
  Optional<Path> outDir = Optional.empty();

  @Mixin VariantOption variant;

  @Mixin BenchOutput output;

  BenchPruneCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (runs < FEWEST_RUNS) {
      throw new ParameterException(
          spec.commandLine(), "--runs " + runs + " is too few: a median needs " + FEWEST_RUNS);
    }
    if (planOptions.text.isEmpty() && planOptions.unet.isEmpty() && planOptions.vae.isEmpty()) {
      planOptions.text = Optional.of(Sparsity.parse("47.5%"));
      planOptions.unet = Optional.of(Sparsity.parse("35%"));
    }
    Path scratch = PruneBenchmark.makeScratch(outDir.orElse(null), source);
    try (PlanCalibration calibration = openCalibration()) {
      BenchmarkResult result =
          new PruneBenchmark(source, variant.name, threads.count, runs, scratch)
              .run(
                  checkpoint -> planOptions.plan(checkpoint, calibration),
                  session.cancellation(),
                  output.status());
      output.print(result, BenchmarkText.write(result));
      return ExitStatus.OK;
    } catch (IOException e) {
      throw Failures.at(scratch, e);
    } finally {
      PruneBenchmark.deleteScratch(scratch);
    }
  }

  /** Opened once: checking that statistics are of this checkpoint is no part of what is timed. */
  private PlanCalibration openCalibration() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      return planOptions.openCalibration(checkpoint);
    }
  }
}
