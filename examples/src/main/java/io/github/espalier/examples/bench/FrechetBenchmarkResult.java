package io.github.espalier.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What a benchmark of the Fréchet distance measured.
 *
 * @param features number of features
 * @param distance what was computed
 * @param seconds time of each run, without the first, which is not counted
 * @param machine where it ran
 */
public record FrechetBenchmarkResult(
    int features, double distance, List<Double> seconds, Machine machine) {
  /**
   * Copies the list.
   *
   * @param features number of features
   * @param distance what was computed
   * @param seconds time of each run
   * @param machine where it ran
   */
  public FrechetBenchmarkResult {
    seconds = ImmutableList.copyOf(seconds);
  }

  /**
   * Returns the median time.
   *
   * @return seconds
   */
  @JsonProperty
  public double medianSeconds() {
    return Timing.median(seconds);
  }
}
