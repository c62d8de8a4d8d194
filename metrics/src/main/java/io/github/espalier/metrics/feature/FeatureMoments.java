package io.github.espalier.metrics.feature;

import io.github.espalier.core.tensor.DoubleMatrix;
import io.github.espalier.core.tensor.TensorScope;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Mean and covariance of feature vectors, and of how many if that is known; statistics files often
 * do not say. Immutable.
 */
public final class FeatureMoments {
  /** Of the largest element of the covariance: rounding of binary32 in the sums of a product. */
  private static final double MOST_ASYMMETRY = 1e-4;

  private final double[] mean;
  private final PackedSymmetric covariance;
  private final OptionalLong count;

  private FeatureMoments(double[] mean, PackedSymmetric covariance, OptionalLong count) {
    this.mean = mean;
    this.covariance = covariance;
    this.count = count;
  }

  static FeatureMoments ofPacked(double[] mean, PackedSymmetric covariance, long count) {
    return new FeatureMoments(mean, covariance, OptionalLong.of(count));
  }

  /**
   * Gives the rows of a covariance one after another.
   *
   * @param <E> what reading a row may throw
   */
  @FunctionalInterface
  public interface Rows<E extends Exception> {
    /**
     * Fills the next row.
     *
     * @param target receives the row
     * @throws E if it cannot be had
     */
    void next(double[] target) throws E;
  }

  /**
   * Takes moments over.
   *
   * @param mean the mean of each feature
   * @param covariance the covariance, symmetric; both triangles
   * @return the moments, of an unknown number of vectors
   * @throws IllegalArgumentException if the shapes do not fit, a number is infinite or NaN, a
   *     variance is negative, or the covariance is not symmetric; the message says which
   */
  public static FeatureMoments of(double[] mean, double[][] covariance) {
    if (covariance.length != mean.length) {
      throw new IllegalArgumentException(
          "a covariance of "
              + covariance.length
              + " rows does not fit a mean of "
              + mean.length
              + " features");
    }
    int[] at = {0};
    return read(
        mean.clone(),
        target -> {
          double[] row = covariance[at[0]++];
          if (row.length != target.length) {
            throw new IllegalArgumentException(
                "row " + (at[0] - 1) + " of the covariance has " + row.length + " elements");
          }
          System.arraycopy(row, 0, target, 0, row.length);
        },
        null);
  }

  /**
   * Takes moments over row by row, so that the full covariance is never held.
   *
   * @param <E> what reading a row may throw
   * @param mean the mean of each feature; not changed any more by the caller
   * @param rows gives as many rows as there are features
   * @param count the number of vectors, at least 2, or null if it is not known
   * @return the moments; the covariance is the mean of the two triangles
   * @throws IllegalArgumentException as {@link #of}
   * @throws E if a row cannot be read
   */
  public static <E extends Exception> FeatureMoments read(
      double[] mean, Rows<E> rows, @Nullable Long count) throws E {
    PackedSymmetric.requireWidth(mean.length);
    if (count != null && count < 2) {
      throw new IllegalArgumentException(
          "moments are of " + count + " vectors, but a covariance needs at least 2");
    }
    PackedSymmetric covariance = new PackedSymmetric(mean.length);
    double[] row = new double[mean.length];
    double asymmetry = 0;
    double largest = 0;
    for (int i = 0; i < mean.length; i++) {
      requireFinite(mean[i], "mean of feature " + i);
      rows.next(row);
      for (int j = 0; j < row.length; j++) {
        requireFinite(row[j], "covariance of features " + i + " and " + j);
        double value = row[j];
        largest = Math.max(largest, Math.abs(value));
        if (j < i) {
          double other = covariance.get(j, i);
          asymmetry = Math.max(asymmetry, Math.abs(other - value));
          value = other == value ? value : other / 2 + value / 2;
        }
        covariance.set(i, j, value);
      }
      if (row[i] < 0) {
        throw new IllegalArgumentException("variance of feature " + i + " is " + row[i]);
      }
    }
    if (asymmetry > MOST_ASYMMETRY * largest) {
      throw new IllegalArgumentException(
          "the covariance is not symmetric: elements of the two triangles differ by "
              + asymmetry
              + ", and the largest is "
              + largest);
    }
    return new FeatureMoments(
        mean, covariance, count == null ? OptionalLong.empty() : OptionalLong.of(count));
  }

  private static void requireFinite(double value, String what) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + " is " + value);
    }
  }

  /**
   * Returns the number of features.
   *
   * @return at least 1
   */
  public int width() {
    return mean.length;
  }

  /**
   * Returns the number of vectors.
   *
   * @return at least 2; empty if it is not known
   */
  public OptionalLong count() {
    return count;
  }

  /**
   * Returns the mean.
   *
   * @return a copy
   */
  public double[] mean() {
    return mean.clone();
  }

  /**
   * Returns one element of the covariance.
   *
   * @param row its row
   * @param column its column
   * @return the element
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double covariance(int row, int column) {
    return covariance.get(row, column);
  }

  /**
   * Copies a row of the covariance.
   *
   * @param row the row
   * @param target receives as many elements as there are features
   * @throws IndexOutOfBoundsException if there is no such row, or the target is too short
   */
  public void covariance(int row, double[] target) {
    covariance.get(row, target);
  }

  /**
   * Copies the covariance.
   *
   * @param scope owns the copy
   * @return both triangles
   */
  public DoubleMatrix covariance(TensorScope scope) {
    DoubleMatrix full = DoubleMatrix.zeros(width(), width(), scope);
    double[] row = new double[width()];
    for (int i = 0; i < row.length; i++) {
      covariance.get(i, row);
      full.put(i, 0, row, 0, row.length);
    }
    return full;
  }

  PackedSymmetric packed() {
    return covariance;
  }

  @Override
  public String toString() {
    return "mean and covariance of "
        + (count.isPresent() ? count.getAsLong() + " vectors of " : "")
        + width()
        + " features";
  }
}
