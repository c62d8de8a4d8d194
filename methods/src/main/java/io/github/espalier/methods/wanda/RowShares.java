package io.github.espalier.methods.wanda;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import java.util.Arrays;

/**
 * Each row's saliencies in ascending order, with the share of their sum that the first ones have.
 *
 * <p>Pruning the share alpha of a row means pruning the longest beginning of that order whose share
 * is at most alpha.
 */
final class RowShares {
  private static final double FIRST_ALPHA = 0.4;
  private static final double LARGEST_ALPHA = 0.8;
  private static final double TOLERANCE = 0.001;

  private final int columns;

  /** Sorted by saliency and then by column, both in one number. */
  private final long[][] sorted;

  private final double[][] shares;

  RowShares(FloatMatrix saliency) {
    columns = saliency.columns();
    sorted = new long[saliency.rows()][columns];
    shares = new double[saliency.rows()][columns];
    float[] row = new float[columns];
    for (int i = 0; i < sorted.length; i++) {
      saliency.get(i, 0, row, 0, columns);
      for (int j = 0; j < columns; j++) {
        sorted[i][j] = (long) Float.floatToRawIntBits(row[j]) << 32 | j;
      }
      Arrays.sort(sorted[i]);
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += value(sorted[i][j]);
        shares[i][j] = sum;
      }
      for (int j = 0; j < columns; j++) {
        shares[i][j] = sum > 0 ? shares[i][j] / sum : 0;
      }
    }
  }

  private static float value(long key) {
    return Float.intBitsToFloat((int) (key >>> 32));
  }

  /** How many weights of each row go so that exactly a number of all does. */
  int[] exact(long count) {
    int[] counts = new int[sorted.length];
    long low = -1;
    long high = Double.doubleToRawLongBits(2);
    // Bits of non-negative numbers are ordered like the numbers: the search ends at one of them.
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (total(counts(Double.longBitsToDouble(middle), false)) < count) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low >= 0) {
      counts = counts(Double.longBitsToDouble(low), false);
    }
    int[] most = counts(Double.longBitsToDouble(high), false);
    long left = count - total(counts);
    for (int i = 0; i < counts.length && left > 0; i++) {
      int more = (int) Math.min(left, most[i] - counts[i]);
      counts[i] += more;
      left -= more;
    }
    return counts;
  }

  /** How many weights of each row go by the published bisection. */
  int[] bisected(double sparsity) {
    if (sparsity == 0) {
      return new int[sorted.length];
    }
    double alpha = FIRST_ALPHA;
    double low = 0;
    double high = LARGEST_ALPHA;
    int[] counts = counts(alpha, true);
    double all = (double) sorted.length * columns;
    while (Math.abs(total(counts) / all - sparsity) > TOLERANCE && high - low >= TOLERANCE) {
      if (total(counts) / all > sparsity) {
        high = alpha;
        alpha = (alpha + low) / 2;
      } else {
        low = alpha;
        alpha = (alpha + high) / 2;
      }
      counts = counts(alpha, true);
    }
    return counts;
  }

  /** How many weights of each row are within a share, and, if asked, all that equal the last. */
  private int[] counts(double alpha, boolean withTies) {
    int[] counts = new int[sorted.length];
    for (int i = 0; i < counts.length; i++) {
      int count = within(shares[i], alpha);
      while (withTies
          && count > 0
          && count < columns
          && value(sorted[i][count]) == value(sorted[i][count - 1])) {
        count++;
      }
      counts[i] = count;
    }
    return counts;
  }

  private static int within(double[] ascending, double limit) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long total(int[] counts) {
    return Arrays.stream(counts).asLongStream().sum();
  }

  Mask mask(Shape shape, int[] counts) {
    MaskBuilder mask = Mask.builder(shape);
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts[i]; j++) {
        mask.prune((long) i * columns + (int) sorted[i][j]);
      }
    }
    return mask.build();
  }
}
