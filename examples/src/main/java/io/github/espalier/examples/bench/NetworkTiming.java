package io.github.espalier.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * Times of one network.
 *
 * @param network what ran
 * @param seconds time of each run, without the first, which is not counted
 * @param operations seconds of each kind of operation, as means over these runs
 */
public record NetworkTiming(String network, List<Double> seconds, Map<String, Double> operations) {
  /**
   * Copies the collections.
   *
   * @param network what ran
   * @param seconds time of each run
   * @param operations seconds of each kind of operation
   */
  public NetworkTiming {
    seconds = ImmutableList.copyOf(seconds);
    operations = ImmutableMap.copyOf(operations);
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
