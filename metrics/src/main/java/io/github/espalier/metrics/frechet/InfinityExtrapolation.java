package io.github.espalier.metrics.frechet;

import io.github.espalier.metrics.feature.FeatureAccumulator;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.feature.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Estimates the Fréchet distance that infinitely many generated images would have.
 *
 * <p>The distance is computed for random subsets of sizes spread evenly from a least one to all of
 * the set, and a line in 1/n is fitted by least squares; where it meets 1/n = 0 is the estimate. M.
 * J. Chong and D. Forsyth, Effectively unbiased FID and Inception Score and where to find them,
 * CVPR 2020, section 4 (FID-infinity, without the quasi-random latents). The bias of the reference,
 * of which there is one sample only, remains. Subsets of nearly one size say nothing about the
 * slope, so the set must be larger than the smallest by half, and all counts must differ.
 * Immutable.
 */
public final class InfinityExtrapolation {
  /** Two would leave no residual to tell the error from. */
  private static final int LEAST_POINTS = 3;

  private final int points;
  private final int leastCount;
  private final long seed;

  private InfinityExtrapolation(int points, int leastCount, long seed) {
    this.points = points;
    this.leastCount = leastCount;
    this.seed = seed;
  }

  /**
   * One subset.
   *
   * @param count number of vectors
   * @param distance their distance from the reference
   */
  public record Point(int count, double distance) {}

  /**
   * The fitted line.
   *
   * @param value the distance at infinity; noise can make it negative
   * @param standardError of the value, by the residuals of least squares; subsets of one set share
   *     vectors, for which it makes no allowance
   * @param slope by how much the distance grows with 1/n
   * @param points what the line was fitted to, the smallest count first
   */
  public record Result(double value, double standardError, double slope, List<Point> points) {
    /**
     * Takes a copy of the points.
     *
     * @param value the distance at infinity
     * @param standardError of the value
     * @param slope by how much the distance grows with 1/n
     * @param points what the line was fitted to
     */
    public Result {
      points = List.copyOf(points);
    }
  }

  /**
   * Returns the choices of the paper.
   *
   * @return 15 points from 5,000 vectors on, seed 0
   */
  public static InfinityExtrapolation withDefaults() {
    return new InfinityExtrapolation(15, 5000, 0);
  }

  /**
   * Chooses the number of points.
   *
   * @param number at least 3
   * @return a copy with that number
   * @throws IllegalArgumentException if it is less than 3
   */
  public InfinityExtrapolation withPoints(int number) {
    if (number < LEAST_POINTS) {
      throw new IllegalArgumentException(
          "a line and its error need at least 3 points, not " + number);
    }
    return new InfinityExtrapolation(number, leastCount, seed);
  }

  /**
   * Chooses the size of the smallest subset.
   *
   * @param count at least 2
   * @return a copy with that size
   * @throws IllegalArgumentException if it is less than 2
   */
  public InfinityExtrapolation withLeastCount(int count) {
    if (count < 2) {
      throw new IllegalArgumentException("a subset needs at least 2 vectors, not " + count);
    }
    return new InfinityExtrapolation(points, count, seed);
  }

  /**
   * Returns the size of the smallest subset.
   *
   * @return at least 2
   */
  public int leastCount() {
    return leastCount;
  }

  /**
   * Chooses the seed of the subsets.
   *
   * @param newSeed any number
   * @return a copy with that seed
   */
  public InfinityExtrapolation withSeed(long newSeed) {
    return new InfinityExtrapolation(points, leastCount, newSeed);
  }

  /**
   * Returns the number of points.
   *
   * @return at least 3
   */
  public int points() {
    return points;
  }

  /**
   * Returns the seed of the subsets.
   *
   * @return any number
   */
  public long seed() {
    return seed;
  }

  /**
   * Returns how many vectors an extrapolation needs: one and a half times the smallest subset, and
   * so many that all subsets have different sizes.
   *
   * @return more than {@link #leastCount()}
   */
  public long leastVectors() {
    return Math.max((3L * leastCount + 1) / 2, (long) leastCount + points - 1);
  }

  /**
   * Extrapolates. Takes about as long as that many distances.
   *
   * @param reference moments of the real images
   * @param generated features of the generated images, at least {@link #leastVectors()}
   * @return the line
   * @throws IllegalArgumentException if there are too few vectors, or their width differs
   */
  public Result extrapolate(FeatureMoments reference, FeatureSet generated) {
    if (generated.rows() < leastVectors()) {
      throw new IllegalArgumentException(
          "extrapolation by "
              + points
              + " subsets from "
              + leastCount
              + " vectors on needs at least "
              + leastVectors()
              + ", but there are "
              + generated.rows());
    }
    List<Point> found = new ArrayList<>();
    Random random = new Random(seed);
    int[] order = new int[generated.rows()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    try (FrechetReference against = new FrechetReference(reference)) {
      for (int i = 0; i < points; i++) {
        long range = (long) generated.rows() - leastCount;
        int count = (int) (leastCount + range * i / (points - 1));
        shuffle(order, count, random);
        found.add(new Point(count, distance(against, generated, order, count)));
      }
    }
    return fit(found);
  }

  /** Draws the first elements, without replacement. */
  private static void shuffle(int[] order, int count, Random random) {
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(order.length - i);
      int drawn = order[j];
      order[j] = order[i];
      order[i] = drawn;
    }
  }

  private static double distance(
      FrechetReference against, FeatureSet generated, int[] order, int count) {
    FeatureAccumulator accumulator = new FeatureAccumulator(generated.columns());
    double[] row = new double[generated.columns()];
    for (int i = 0; i < count; i++) {
      generated.get(order[i], row);
      accumulator.add(row);
    }
    return against.distanceTo(accumulator.snapshot().moments()).value();
  }

  static Result fit(List<Point> points) {
    double x = 0;
    double y = 0;
    for (Point point : points) {
      x += 1.0 / point.count() / points.size();
      y += point.distance() / points.size();
    }
    double xx = 0;
    double xy = 0;
    for (Point point : points) {
      double offset = 1.0 / point.count() - x;
      xx += offset * offset;
      xy += offset * (point.distance() - y);
    }
    double slope = xy / xx;
    double value = y - slope * x;
    return new Result(value, standardError(points, value, slope, x * x / xx), slope, points);
  }

  /** Of the intercept; {@code leverage} is the squared mean of 1/n by their sum of squares. */
  private static double standardError(
      List<Point> points, double value, double slope, double leverage) {
    double squares = 0;
    for (Point point : points) {
      double residual = point.distance() - value - slope / point.count();
      squares += residual * residual;
    }
    double variance = squares / (points.size() - 2);
    return Math.sqrt(variance * (1.0 / points.size() + leverage));
  }
}
