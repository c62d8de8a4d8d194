package io.github.espalier.examples.cli;

import io.github.espalier.examples.bench.Memory;

/** What a run took: its time, and how much memory it had resident at most. */
final class RunCost {
  private final long start = System.nanoTime();

  private RunCost() {}

  static RunCost start() {
    return new RunCost();
  }

  /** A sentence for the end of a run. */
  String sentence() {
    String time = Figures.duration((System.nanoTime() - start) / 1e9);
    Long peak = Memory.ofProcess().peakResidentBytes();
    return "Took "
        + time
        + (peak == null ? "." : "; peak resident memory " + Figures.bytes(peak) + ".");
  }
}
