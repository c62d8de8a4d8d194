package io.github.espalier.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Times of copying and of pruning the same files in turn, in one of two ways to store.
 *
 * @param durable whether the data was forced to the storage device, in both
 * @param copySeconds time of each copy
 * @param pruneSeconds time of each pruning
 */
public record Timing(boolean durable, List<Double> copySeconds, List<Double> pruneSeconds) {
  /**
   * Copies the lists.
   *
   * @param durable whether the data was forced to the storage device, in both
   * @param copySeconds time of each copy
   * @param pruneSeconds time of each pruning
   */
  public Timing {
    copySeconds = ImmutableList.copyOf(copySeconds);
    pruneSeconds = ImmutableList.copyOf(pruneSeconds);
  }

  /**
   * Returns the median time of copying.
   *
   * @return seconds
   */
  @JsonProperty
  public double medianCopySeconds() {
    return median(copySeconds);
  }

  /**
   * Returns the median time of pruning.
   *
   * @return seconds
   */
  @JsonProperty
  public double medianPruneSeconds() {
    return median(pruneSeconds);
  }

  /**
   * Returns how many times as long as copying pruning took, by the medians.
   *
   * @return the ratio
   */
  @JsonProperty
  public double ratio() {
    return medianPruneSeconds() / medianCopySeconds();
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
