package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.BenchmarkResult;
import io.github.espalier.examples.bench.Machine;
import io.github.espalier.examples.bench.Memory;
import io.github.espalier.examples.bench.Timing;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lays a benchmark out for people. */
final class BenchmarkText {
  private static final double MILLION = 1e6;

  private BenchmarkText() {}

  static String write(BenchmarkResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %s in %d files; pruned %s of %s weights (%s) by %d threads%n",
            result.source(),
            Figures.bytes(result.bytes()),
            result.files(),
            Figures.count(result.zeros()),
            Figures.count(result.selected()),
            String.join(", ", result.components()),
            result.threads()));
    text.append(
        String.format(
            Locale.ROOT,
            "medians of %d runs in turn, page cache warm, 1 warm-up discarded%n%n",
            result.runs()));
    text.append(table(result)).append("\n\n");
    text.append(memory(result.memory())).append('\n');
    text.append(machine(result.machine())).append("; ").append(result.machine().fileSystem());
    return text.toString();
  }

  private static Table table(BenchmarkResult result) {
    Table table =
        new Table(
            1,
            "data",
            "copy",
            "least to most",
            "",
            "prune",
            "least to most",
            "",
            "prune/copy",
            "selected weights a second");
    for (Timing timing : result.timings()) {
      double copy = timing.medianCopySeconds();
      double prune = timing.medianPruneSeconds();
      table.add(
          timing.durable() ? "forced to the device in both" : "left to the page cache in both",
          Figures.seconds(copy),
          range(timing.copySeconds()),
          Figures.rate(result.bytes(), copy),
          Figures.seconds(prune),
          range(timing.pruneSeconds()),
          Figures.rate(result.bytes(), prune),
          String.format(Locale.ROOT, "%.2f", timing.ratio()),
          String.format(Locale.ROOT, "%.0f million", result.selected() / prune / MILLION));
    }
    return table;
  }

  static String range(List<Double> seconds) {
    return String.format(
        Locale.ROOT, "%.2f to %.2f s", Collections.min(seconds), Collections.max(seconds));
  }

  static String memory(Memory memory) {
    return "peak resident memory: "
        + size(memory.peakResidentBytes())
        + ", of which not backed by files at most "
        + size(memory.peakAnonymousBytes())
        + ", backed by files at most "
        + size(memory.peakFileBytes())
        + "; heap limit "
        + Figures.bytes(memory.heapLimitBytes());
  }

  static String machine(Machine machine) {
    return String.format(
        Locale.ROOT,
        "machine: %s, %d processors; %s; %s",
        machine.processor(),
        machine.processors(),
        machine.system(),
        machine.java());
  }

  private static String size(@Nullable Long bytes) {
    return bytes == null ? "unknown on this system" : Figures.bytes(bytes);
  }
}
