package io.github.espalier.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Times of some work, and of other work that it is measured by, in turn.
 *
 * @param work what was done
 * @param seconds time of each run, without the first, which is not counted
 * @param baseline what it is measured by
 * @param baselineSeconds time of each run of that
 */
public record RatedTiming(
    String work, List<Double> seconds, String baseline, List<Double> baselineSeconds) {
  /**
   * Copies the lists.
   *
   * @param work what was done
   * @param seconds time of each run
   * @param baseline what it is measured by
   * @param baselineSeconds time of each run of that
   */
  public RatedTiming {
    seconds = ImmutableList.copyOf(seconds);
    baselineSeconds = ImmutableList.copyOf(baselineSeconds);
  }

  /**
   * Returns the median time of the work.
   *
   * @return seconds
   */
  @JsonProperty
  public double medianSeconds() {
    return Timing.median(seconds);
  }

  /**
   * Returns the median time of the baseline.
   *
   * @return seconds
   */
  @JsonProperty
  public double medianBaselineSeconds() {
    return Timing.median(baselineSeconds);
  }

  /**
   * Returns how many times as long as the baseline the work took, by the medians.
   *
   * @return the ratio
   */
  @JsonProperty
  public double ratio() {
    return medianSeconds() / medianBaselineSeconds();
  }
}
