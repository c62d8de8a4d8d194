package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.InceptionBenchmarkResult;
import java.util.Locale;

/** Lays a benchmark of FID's Inception network out for people. */
final class InceptionBenchmarkText {
  private InceptionBenchmarkText() {}

  static String write(InceptionBenchmarkResult result) {
    Table table = new Table(1, "network", "seconds", "least to most", "operation", "seconds", "");
    UnetBenchmarkText.addTo(table, result.timing());
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %d images of %dx%d, %d threads; median, 1 warm-up discarded%n%n%s%n%n",
            result.weights(),
            result.batch(),
            result.size(),
            result.size(),
            result.threads(),
            table));
    text.append(String.format(Locale.ROOT, "%.1f images a second", result.imagesPerSecond()));
    Double pytorch = result.pytorchImagesPerSecond();
    if (pytorch != null) {
      text.append(
          String.format(Locale.ROOT, ", %.2f times PyTorch's %.1f", result.speedRatio(), pytorch));
    }
    return text.append('\n')
        .append(BenchmarkText.memory(result.memory()))
        .append('\n')
        .append(BenchmarkText.machine(result.machine()))
        .toString();
  }
}
