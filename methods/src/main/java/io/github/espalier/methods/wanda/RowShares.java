package io.github.espalier.methods.wanda;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Arrays;

/**
 * Each row's saliencies in ascending order, with the share of their sum that the first ones have.
 *
 * <p>Pruning the share alpha of a row means pruning the longest beginning of that order whose share
 * is at most alpha. The order is outside the heap, since layers have up to 30 million weights.
 */
final class RowShares {
  private static final double FIRST_ALPHA = 0.4;
  private static final double LARGEST_ALPHA = 0.8;
  private static final double TOLERANCE = 0.001;

  /** How far sums of a row are apart that are kept; those between are added up again. */
  private static final int STRIDE = 64;

  private final FloatMatrix saliency;
  private final FloatMatrix sorted;
  private final int rows;
  private final int columns;

  /** Sums of the first 0, 64, 128 and so on of each row, and last the sum of all. */
  private final double[][] sums;

  /**
   * Sorts the rows.
   *
   * @param saliency 0 or more, and finite
   * @param scope owns the order
   */
  RowShares(FloatMatrix saliency, TensorScope scope) {
    this.saliency = saliency;
    rows = saliency.rows();
    columns = saliency.columns();
    sorted = FloatMatrix.of(scope.zeros(rows, columns));
    sums = new double[rows][];
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      saliency.get(i, 0, row, 0, columns);
      Arrays.sort(row);
      sorted.put(i, 0, row, 0, columns);
      sums[i] = sums(row);
    }
  }

  private static double[] sums(float[] ascending) {
    double[] sums = new double[(ascending.length + STRIDE - 1) / STRIDE + 1];
    double sum = 0;
    for (int j = 0; j < ascending.length; j++) {
      if (j % STRIDE == 0) {
        sums[j / STRIDE] = sum;
      }
      sum += ascending[j];
    }
    sums[sums.length - 1] = sum;
    return sums;
  }

  /** How many weights of each row go so that exactly a number of all does. */
  int[] exact(long count) {
    int[] counts = new int[rows];
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
      return new int[rows];
    }
    double alpha = FIRST_ALPHA;
    double low = 0;
    double high = LARGEST_ALPHA;
    int[] counts = counts(alpha, true);
    double all = (double) rows * columns;
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
    int[] counts = new int[rows];
    float[] some = new float[STRIDE];
    for (int i = 0; i < rows; i++) {
      int count = within(i, alpha, some);
      counts[i] = withTies && count > 0 ? throughTies(i, count) : count;
    }
    return counts;
  }

  /** Finds the stretch between two sums in which the limit is, and adds it up. */
  private int within(int row, double limit, float[] some) {
    double[] known = sums[row];
    double all = known[known.length - 1];
    int low = 0;
    int high = known.length - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (share(known[middle], all) <= limit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int first = low * STRIDE;
    int length = Math.min(STRIDE, columns - first);
    sorted.get(row, first, some, 0, length);
    double sum = known[low];
    for (int j = 0; j < length; j++) {
      sum += some[j];
      if (share(sum, all) > limit) {
        return first + j;
      }
    }
    return first + length;
  }

  private static double share(double sum, double all) {
    return all > 0 ? sum / all : 0;
  }

  private int throughTies(int row, int count) {
    float[] one = new float[1];
    sorted.get(row, count - 1, one, 0, 1);
    float last = one[0];
    int end = count;
    while (end < columns) {
      sorted.get(row, end, one, 0, 1);
      if (one[0] != last) {
        break;
      }
      end++;
    }
    return end;
  }

  private static long total(int[] counts) {
    return Arrays.stream(counts).asLongStream().sum();
  }

  /** Prunes the first of each row, by saliency and then by column. */
  Mask mask(Shape shape, int[] counts) {
    MaskBuilder mask = Mask.builder(shape);
    float[] row = new float[columns];
    long[] keys = new long[columns];
    for (int i = 0; i < rows; i++) {
      saliency.get(i, 0, row, 0, columns);
      for (int j = 0; j < columns; j++) {
        keys[j] = (long) Float.floatToRawIntBits(row[j]) << 32 | j;
      }
      Arrays.sort(keys);
      for (int j = 0; j < counts[i]; j++) {
        mask.prune((long) i * columns + (int) keys[j]);
      }
    }
    return mask.build();
  }
}
