package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.NetworkTiming;
import io.github.espalier.examples.bench.UnetBenchmarkResult;
import java.util.Locale;
import java.util.Map;

/** Lays a benchmark of the networks out for people. */
final class UnetBenchmarkText {
  private UnetBenchmarkText() {}

  static String write(UnetBenchmarkResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: latents of %dx%d, batch %d, %d threads; medians, 1 warm-up discarded%n%n",
            result.source(),
            result.size(),
            result.size(),
            result.batch(),
            result.threads()));
    Table table = new Table(1, "network", "seconds", "least to most", "operation", "seconds", "");
    for (NetworkTiming timing : result.networks()) {
      addTo(table, timing);
    }
    text.append(table).append("\n\n");
    Double ratio = result.ratio();
    if (ratio != null) {
      text.append(
          String.format(
              Locale.ROOT, "U-Net: %.2f times PyTorch's %.2f s%n", ratio, result.pytorchSeconds()));
    }
    text.append("weights in memory: ")
        .append(Figures.bytes(result.parameterBytes()))
        .append("; ")
        .append(BenchmarkText.memory(result.memory()))
        .append('\n');
    text.append(BenchmarkText.machine(result.machine()));
    return text.toString();
  }

  static void addTo(Table table, NetworkTiming timing) {
    String network = timing.network();
    String seconds = String.format(Locale.ROOT, "%.2f", timing.medianSeconds());
    String range = BenchmarkText.range(timing.seconds());
    double all = timing.seconds().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    for (Map.Entry<String, Double> operation : timing.operations().entrySet()) {
      table.add(
          network,
          seconds,
          range,
          operation.getKey(),
          String.format(Locale.ROOT, "%.2f", operation.getValue()),
          String.format(Locale.ROOT, "%.0f %%", 100 * operation.getValue() / all));
      network = "";
      seconds = "";
      range = "";
    }
  }
}
