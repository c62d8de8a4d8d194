package io.github.espalier.metrics.clipscore;

import io.github.espalier.metrics.random.NumpyChoice;
import java.util.Arrays;

/**
 * Draws confidence intervals: the percentiles of the means of samples with replacement, each as
 * large as the set. Sources: Efron, "Bootstrap Methods: Another Look at the Jackknife", The Annals
 * of Statistics 7 (1979); the draws are those of NumPy's {@code RandomState(seed).randint(0, n,
 * n)}, one call for each sample, and the percentiles are linear between samples, as with {@code
 * numpy.percentile}. The same seed gives the same interval.
 *
 * @param resamples the number of samples, at least 1
 * @param level the probability that the interval stands for, above 0 and below 1
 * @param seed from 0 to 2<sup>32</sup> - 1, as NumPy takes
 */
public record Bootstrap(int resamples, double level, long seed) {
  private static final int RESAMPLES = 1000;
  private static final double LEVEL = 0.95;
  private static final long MAX_SEED = 0xffffffffL;

  /** What gives a set's score from the mean of its values. */
  @FunctionalInterface
  interface OfMean {
    double apply(double mean);
  }

  /**
   * Checks the values.
   *
   * @param resamples the number of samples, at least 1
   * @param level the probability that the interval stands for, above 0 and below 1
   * @param seed from 0 to 2<sup>32</sup> - 1
   * @throws IllegalArgumentException if one is out of range
   */
  public Bootstrap {
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples is " + resamples + ", expected at least 1");
    }
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + ", expected above 0 and below 1");
    }
    if (seed < 0 || seed > MAX_SEED) {
      throw new IllegalArgumentException(
          "seed is " + seed + ", expected 0 to " + MAX_SEED + ", as NumPy takes");
    }
  }

  /**
   * Returns the usual choice.
   *
   * @return 1000 samples, level 0.95, seed 0
   */
  public static Bootstrap withDefaults() {
    return new Bootstrap(RESAMPLES, LEVEL, 0);
  }

  /**
   * Sets the number of samples.
   *
   * @param value at least 1
   * @return a bootstrap with so many
   * @throws IllegalArgumentException if it is less than 1
   */
  public Bootstrap withResamples(int value) {
    return new Bootstrap(value, level, seed);
  }

  /**
   * Sets the probability.
   *
   * @param value above 0 and below 1
   * @return a bootstrap with that level
   * @throws IllegalArgumentException if it is out of range
   */
  public Bootstrap withLevel(double value) {
    return new Bootstrap(resamples, value, seed);
  }

  /**
   * Sets the seed.
   *
   * @param value from 0 to 2<sup>32</sup> - 1
   * @return a bootstrap with that seed
   * @throws IllegalArgumentException if it is out of range
   */
  public Bootstrap withSeed(long value) {
    return new Bootstrap(resamples, level, value);
  }

  /** Draws an interval; there must be values. */
  MeanInterval interval(double[] values, OfMean score) {
    NumpyChoice random = new NumpyChoice((int) seed);
    double[] means = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      double sum = 0;
      for (int index : random.drawWithReplacement(values.length, values.length)) {
        sum += values[index];
      }
      means[i] = score.apply(sum / values.length);
    }
    Arrays.sort(means);
    double tail = (1 - level) / 2;
    double mean = score.apply(Arrays.stream(values).sum() / values.length);
    return new MeanInterval(mean, percentile(means, tail), percentile(means, 1 - tail), this);
  }

  private static double percentile(double[] sorted, double fraction) {
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
