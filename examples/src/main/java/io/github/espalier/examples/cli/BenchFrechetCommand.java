package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.FrechetBenchmark;
import io.github.espalier.examples.bench.FrechetBenchmarkResult;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.fid.FeatureDistribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier bench frechet}. */
@Command(
    name = "frechet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the time of the Fréchet distance of two summaries of features.",
      "",
      "Without files they are of 4000 random vectors of 2048 features each. bench_frechet.py of the"
          + " sources runs this on summaries of its own, measures SciPy on the same, and prints the"
          + " ratio.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BenchFrechetCommand implements Callable<Integer> {
  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      arity = "0..2",
      paramLabel = "SUMMARY",
      description = "Two files of statistics (.npz) or of features, or none.")
  List<Path> files = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often it is timed (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin BenchOutput output;

  @Override
  public Integer call() throws IOException {
    output.requirePositive("--runs", runs);
    if (files.size() == 1) {
      throw new IllegalArgumentException(
          "a distance is one of two summaries, but only " + files.get(0) + " is given");
    }
    FeatureMoments first = files.isEmpty() ? random(0) : read(files.get(0));
    FeatureMoments second = files.isEmpty() ? random(1) : read(files.get(1));
    FrechetBenchmarkResult result = new FrechetBenchmark(runs).run(first, second, output.status());
    output.print(result, text(result));
    return ExitStatus.OK;
  }

  private FeatureMoments random(long seed) {
    output.status().accept("summing up random features");
    return FrechetBenchmark.randomMoments(seed);
  }

  private static FeatureMoments read(Path file) throws IOException {
    return FeatureDistribution.read(file).moments();
  }

  private static String text(FrechetBenchmarkResult result) {
    return String.format(
        Locale.ROOT,
        "Fréchet distance of two summaries of %,d features: %s (%s to %s); median, 1 warm-up"
            + " discarded%ndistance: %.12g%n%s",
        result.features(),
        Figures.seconds(result.medianSeconds()),
        Figures.seconds(Collections.min(result.seconds())),
        Figures.seconds(Collections.max(result.seconds())),
        result.distance(),
        BenchmarkText.machine(result.machine()));
  }
}
