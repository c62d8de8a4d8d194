package io.github.espalier.metrics.manifold;

import io.github.espalier.core.tensor.PairwiseProducts;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.metrics.feature.FeatureSet;
import java.util.Arrays;

/**
 * Balls around vectors up to their k-th nearest other one.
 *
 * <p>Distances come from inner products, whose rounding is too much to tell whether a vector is on
 * a surface; there they are computed again from the differences, as the radii are.
 */
final class Balls {
  /** Of the squared norms: more than what rounding of a product of vectors amounts to. */
  private static final double CLOSE = 1e-11;

  private final FeatureSet centres;
  private final double[] squares;
  private final double[] squaredRadii;

  private Balls(FeatureSet centres, double[] squares, double[] squaredRadii) {
    this.centres = centres;
    this.squares = squares;
    this.squaredRadii = squaredRadii;
  }

  static Balls of(FeatureSet centres, int neighbour) {
    double[] squares = squares(centres);
    double[][] nearest = new double[centres.rows()][neighbour];
    int[][] which = new int[centres.rows()][neighbour];
    for (double[] each : nearest) {
      Arrays.fill(each, Double.POSITIVE_INFINITY);
    }
    PairwiseProducts.forEach(
        centres,
        centres,
        TaskRunner.COMMON_POOL,
        (x, first, products, count) -> {
          for (int j = 0; j < count; j++) {
            int y = first + j;
            if (y != x) {
              insert(squares[x] + squares[y] - 2 * products[j], y, nearest[x], which[x]);
            }
          }
        });
    double[] radii = new double[centres.rows()];
    for (int i = 0; i < radii.length; i++) {
      for (int other : which[i]) {
        radii[i] = Math.max(radii[i], squaredDistance(centres, i, centres, other));
      }
    }
    return new Balls(centres, squares, radii);
  }

  /** Keeps the nearest in ascending order; the array is short. */
  private static void insert(double distance, int index, double[] nearest, int[] which) {
    int at = nearest.length - 1;
    if (!(distance < nearest[at])) {
      return;
    }
    for (; at > 0 && nearest[at - 1] > distance; at--) {
      nearest[at] = nearest[at - 1];
      which[at] = which[at - 1];
    }
    nearest[at] = distance;
    which[at] = index;
  }

  static double[] squares(FeatureSet set) {
    double[] row = new double[set.columns()];
    double[] squares = new double[set.rows()];
    for (int i = 0; i < squares.length; i++) {
      set.get(i, row);
      for (double value : row) {
        squares[i] += value * value;
      }
    }
    return squares;
  }

  private static double squaredDistance(FeatureSet first, int i, FeatureSet second, int j) {
    double[] one = new double[first.columns()];
    double[] other = new double[one.length];
    first.get(i, one);
    second.get(j, other);
    double sum = 0;
    for (int l = 0; l < one.length; l++) {
      double difference = one[l] - other[l];
      sum += difference * difference;
    }
    return sum;
  }

  FeatureSet centres() {
    return centres;
  }

  boolean contain(int ball, FeatureSet set, int row, double square, double product) {
    double excess = square + squares[ball] - 2 * product - squaredRadii[ball];
    if (Math.abs(excess) > CLOSE * (square + squares[ball])) {
      return excess < 0;
    }
    return squaredDistance(centres, ball, set, row) <= squaredRadii[ball];
  }
}
