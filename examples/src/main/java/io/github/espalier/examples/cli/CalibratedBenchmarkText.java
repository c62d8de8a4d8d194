package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.CalibratedBenchmarkResult;
import io.github.espalier.examples.bench.RatedTiming;
import java.util.Locale;

/** Lays a benchmark of the calibrated methods out for people. */
final class CalibratedBenchmarkText {
  private CalibratedBenchmarkText() {}

  static String write(CalibratedBenchmarkResult result) {
    Table table =
        new Table(1, "work", "seconds", "least to most", "measured by", "seconds", "", "ratio");
    for (RatedTiming timing : result.timings()) {
      table.add(
          timing.work(),
          number(timing.medianSeconds()),
          BenchmarkText.range(timing.seconds()),
          timing.baseline(),
          number(timing.medianBaselineSeconds()),
          BenchmarkText.range(timing.baselineSeconds()),
          number(timing.ratio()));
    }
    return String.format(
        Locale.ROOT,
        "medians of %d runs in turn, 1 warm-up discarded%n%n%s%n%n%s%n%s",
        result.timings().get(0).seconds().size(),
        table,
        BenchmarkText.memory(result.memory()),
        BenchmarkText.machine(result.machine()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
