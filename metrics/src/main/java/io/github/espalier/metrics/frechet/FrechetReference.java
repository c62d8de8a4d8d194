package io.github.espalier.metrics.frechet;

import io.github.espalier.core.tensor.DoubleMatrix;
import io.github.espalier.core.tensor.SymmetricFactor;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.metrics.feature.FeatureMoments;

/**
 * One distribution that others are held against, with its covariance already factored. Holds native
 * memory until closed. For one thread.
 *
 * <p>See {@link FrechetDistance} for the formula.
 */
public final class FrechetReference implements AutoCloseable {
  private final FeatureMoments moments;
  private final TensorScope scope = new TensorScope();
  private final DoubleMatrix factor;
  private final double trace;

  /**
   * Factors a covariance.
   *
   * @param moments the distribution
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public FrechetReference(FeatureMoments moments) {
    this.moments = moments;
    try {
      this.factor = factor(moments, scope);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
    this.trace = sumOfSquares(factor);
  }

  static void requireSameWidth(FeatureMoments first, FeatureMoments second) {
    if (first.width() != second.width()) {
      throw new IllegalArgumentException(
          "features of different kinds have no distance: there are "
              + first.width()
              + " and "
              + second.width());
    }
  }

  private static DoubleMatrix factor(FeatureMoments moments, TensorScope owner) {
    try (TensorScope temporary = new TensorScope()) {
      return SymmetricFactor.of(moments.covariance(temporary), owner);
    }
  }

  /** The trace of the matrix that a factor is of. */
  private static double sumOfSquares(DoubleMatrix factor) {
    double[] row = new double[factor.columns()];
    double sum = 0;
    for (int i = 0; i < factor.rows(); i++) {
      factor.get(i, 0, row, 0, row.length);
      for (double value : row) {
        sum += value * value;
      }
    }
    return sum;
  }

  /**
   * Computes the distance to another distribution.
   *
   * @param other its moments
   * @return the distance, this one first
   * @throws IllegalArgumentException if the numbers of features differ
   * @throws IllegalStateException if this is closed
   */
  public FrechetDistance distanceTo(FeatureMoments other) {
    requireSameWidth(moments, other);
    try (FrechetReference second = new FrechetReference(other)) {
      return distanceTo(second);
    }
  }

  /** The numbers of features are the same. */
  FrechetDistance distanceTo(FrechetReference other) {
    double covarianceTerm;
    try (TensorScope temporary = new TensorScope()) {
      covarianceTerm =
          trace
              + other.trace
              - 2 * RootTrace.of(factor, other.factor, trace + other.trace, temporary);
    }
    return new FrechetDistance(
        squaredDistance(moments.mean(), other.moments.mean()),
        Math.max(0, covarianceTerm),
        moments.width(),
        moments.count(),
        other.moments.count());
  }

  private static double squaredDistance(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      double difference = first[i] - second[i];
      sum += difference * difference;
    }
    return sum;
  }

  /** Frees the memory. */
  @Override
  public void close() {
    scope.close();
  }
}
