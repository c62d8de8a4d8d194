package io.github.espalier.examples.bench;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What a benchmark of the calibrated methods measured.
 *
 * @param timings the Gram matrix, SparseGPT and Wanda
 * @param memory the most memory that was resident
 * @param machine where it ran
 */
public record CalibratedBenchmarkResult(List<RatedTiming> timings, Memory memory, Machine machine) {
  /**
   * Copies the list.
   *
   * @param timings the Gram matrix, SparseGPT and Wanda
   * @param memory the most memory that was resident
   * @param machine where it ran
   */
  public CalibratedBenchmarkResult {
    timings = ImmutableList.copyOf(timings);
  }
}
