package io.github.espalier.metrics.feature;

import java.util.Objects;

/**
 * Count, mean and scatter of feature vectors: what is merged. The scatter is the sum of {@code (x -
 * mean)(x - mean)^T}. Immutable.
 */
public final class FeatureSummary {
  private final long count;
  private final double[] mean;
  private final PackedSymmetric scatter;

  FeatureSummary(long count, double[] mean, PackedSymmetric scatter) {
    this.count = count;
    this.mean = mean;
    this.scatter = scatter;
  }

  /**
   * Turns moments back into what can be merged.
   *
   * @param moments moments with a count
   * @return the summary, up to rounding
   * @throws IllegalArgumentException if the moments have no count
   */
  public static FeatureSummary of(FeatureMoments moments) {
    if (moments.count().isEmpty()) {
      throw new IllegalArgumentException(
          "moments of an unknown number of vectors cannot be merged with others");
    }
    long count = moments.count().getAsLong();
    return new FeatureSummary(count, moments.mean(), moments.packed().scaled(count - 1.0));
  }

  /**
   * Returns the number of vectors.
   *
   * @return 0 or more
   */
  public long count() {
    return count;
  }

  /**
   * Returns the number of features of a vector.
   *
   * @return at least 1
   */
  public int width() {
    return mean.length;
  }

  /**
   * Returns the mean.
   *
   * @return a copy; zeros if there are no vectors
   */
  public double[] mean() {
    return mean.clone();
  }

  /**
   * Returns one element of the scatter.
   *
   * @param row its row
   * @param column its column
   * @return the element
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double scatter(int row, int column) {
    return scatter.get(row, column);
  }

  PackedSymmetric packedScatter() {
    return scatter;
  }

  /**
   * Merges with a summary of other vectors.
   *
   * @param other a summary of vectors of the same width
   * @return a summary of all of them
   * @throws IllegalArgumentException if the width differs
   */
  public FeatureSummary merge(FeatureSummary other) {
    FeatureAccumulator all = new FeatureAccumulator(width());
    all.add(this);
    all.add(Objects.requireNonNull(other));
    return all.snapshot();
  }

  /**
   * Returns mean and covariance. The covariance is the scatter over the count less 1, as NumPy's
   * {@code cov} and all reference implementations have it.
   *
   * @return the moments, with the count
   * @throws IllegalStateException if there are fewer than two vectors
   */
  public FeatureMoments moments() {
    if (count < 2) {
      throw new IllegalStateException(
          "a covariance needs at least 2 vectors, but there " + (count == 1 ? "is 1" : "are none"));
    }
    return FeatureMoments.ofPacked(mean.clone(), scatter.scaled(1 / (count - 1.0)), count);
  }

  @Override
  public String toString() {
    return count + " vectors of " + width() + " features";
  }
}
