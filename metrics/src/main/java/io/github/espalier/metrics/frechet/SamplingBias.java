package io.github.espalier.metrics.frechet;

import io.github.espalier.core.tensor.Spectra;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.metrics.feature.FeatureMoments;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a Fréchet distance amounts to, on average, because of too few images alone: between samples
 * of these sizes of one normal distribution.
 *
 * <p>For eigenvalues l of the covariance, to first order in the sizes' inverses: {@code (1/n1 +
 * 1/n2) / 2 * (sum over i != j of l_i l_j / (l_i + l_j) + 3 sum of l_i)}. It follows from the
 * second derivative of the distance and the variances of a Wishart matrix; that it is linear in 1/n
 * is what M. J. Chong and D. Forsyth, Effectively unbiased FID and Inception Score and where to
 * find them, CVPR 2020, extrapolate by.
 *
 * <p>Where only one size is known, the other's term is left out, so that the number is a lower
 * bound.
 *
 * @param expected the average distance, or a lower bound of it; at least 0
 * @param firstCount size of the first sample
 * @param secondCount size of the second sample; empty if that of one sample is unknown
 * @param width number of features
 */
public record SamplingBias(double expected, long firstCount, OptionalLong secondCount, int width) {
  /** Of the distance: what is worth a warning. */
  private static final double NOTABLE = 0.1;

  /**
   * Computes the bias.
   *
   * @param moments of the distribution, best estimated from as many images as there are
   * @param firstCount size of the first sample, at least 2
   * @param secondCount size of the second sample, at least 2
   * @return the bias
   * @throws IllegalArgumentException if a size is less than 2
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static SamplingBias of(FeatureMoments moments, long firstCount, long secondCount) {
    if (Math.min(firstCount, secondCount) < 2) {
      throw new IllegalArgumentException(
          "samples of " + firstCount + " and " + secondCount + " vectors: each needs at least 2");
    }
    double inverses = 1.0 / firstCount + 1.0 / secondCount;
    return new SamplingBias(
        inverses / 2 * spread(moments), firstCount, OptionalLong.of(secondCount), moments.width());
  }

  /**
   * Computes what one sample adds to the bias, where the size of the other is unknown.
   *
   * @param moments of the distribution
   * @param count size of the sample, at least 2
   * @return a lower bound of the bias
   * @throws IllegalArgumentException if the size is less than 2
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static SamplingBias ofOne(FeatureMoments moments, long count) {
    if (count < 2) {
      throw new IllegalArgumentException("a sample of " + count + " vectors: it needs at least 2");
    }
    return new SamplingBias(
        1.0 / count / 2 * spread(moments), count, OptionalLong.empty(), moments.width());
  }

  /**
   * Tells whether the bias is larger than the number by an unknown amount.
   *
   * @return true if the size of one sample is unknown
   */
  public boolean isLowerBound() {
    return secondCount.isEmpty();
  }

  private static double spread(FeatureMoments moments) {
    try (TensorScope scope = new TensorScope()) {
      return spread(Spectra.eigenvalues(moments.covariance(scope)));
    }
  }

  /** Sums over all ordered pairs: with i = j too, since {@code l l / (l + l)} is half an l. */
  private static double spread(double[] eigenvalues) {
    double sum = 0;
    for (double first : eigenvalues) {
      double one = Math.max(0, first);
      double inner = 2.5 * one;
      for (double second : eigenvalues) {
        double other = Math.max(0, second);
        if (one > 0 && other > 0) {
          inner += one / (one + other) * other;
        }
      }
      sum += inner;
    }
    return sum;
  }

  /**
   * Says in words what is to be thought of a distance, if the bias is at least a tenth of it or a
   * covariance is of no more images than features.
   *
   * @param distance a distance of samples of these sizes
   * @return one line
   */
  public Optional<String> warning(FrechetDistance distance) {
    long least = Math.min(firstCount, secondCount.orElse(firstCount));
    if (expected < NOTABLE * distance.value() && least > width) {
      return Optional.empty();
    }
    String text = isLowerBound() ? ofOneSize() : ofBothSizes(secondCount.getAsLong());
    if (least <= width) {
      text +=
          String.format(
              Locale.ROOT, "; %d images leave a covariance of %d features singular", least, width);
    }
    return Optional.of(text);
  }

  private String ofBothSizes(long second) {
    return String.format(
        Locale.ROOT,
        "with %d and %d images a Fréchet distance is about %.4g even between images of the same"
            + " kind; compare it only with others of the same numbers",
        firstCount,
        second,
        expected);
  }

  private String ofOneSize() {
    return String.format(
        Locale.ROOT,
        "with %d images on one side and an unknown number on the other a Fréchet distance is at"
            + " least about %.4g even between images of the same kind; compare it only with others"
            + " of the same numbers",
        firstCount,
        expected);
  }
}
