package io.github.espalier.methods.sparsegpt;

import java.util.Arrays;

/**
 * Chooses the weights of a block of columns that are pruned.
 *
 * <p>A weight is ranked by {@code |w| / U_jj}, which orders like the paper's {@code w^2 /
 * (U_jj)^2}, as an integer key: the bits of that number plus one; zero for weights that must go.
 */
final class Chooser {
  /** The key of infinity. */
  static final int INVALID = 0x7f800001;

  private static final int DIGITS = 1 << 16;

  private Chooser() {}

  /** Turns scores into keys. */
  static void keys(float[] scores, int count, int[] keys, int at) {
    for (int i = 0; i < count; i++) {
      keys[at + i] = (Float.floatToRawIntBits(scores[i]) & Integer.MAX_VALUE) + 1;
    }
  }

  /**
   * Prunes the smallest keys of a whole block, and all that are zero.
   *
   * @param keys a run of {@code rows} keys for each column
   * @param count how many
   * @param withTies whether all that equal the last of them go too; else the first by row, then
   *     column
   * @param pruned receives 1 for a weight to prune and 0 for another, a row for each column
   */
  static void smallest(int[] keys, int rows, int count, boolean withTies, float[][] pruned) {
    int length = pruned.length * rows;
    int wanted = Math.max(count, zeroKeys(keys, length));
    if (wanted == 0) {
      for (float[] column : pruned) {
        Arrays.fill(column, 0, rows, 0);
      }
      return;
    }
    long found = kth(keys, length, wanted);
    int threshold = (int) (found >>> 32);
    int ties = (int) found;
    for (int j = 0; j < pruned.length; j++) {
      float[] column = pruned[j];
      for (int i = 0; i < rows; i++) {
        column[i] = keys[j * rows + i] <= threshold ? 1 : 0;
      }
    }
    if (!withTies) {
      keepLastTies(keys, rows, threshold, ties, pruned);
    }
  }

  /** How many weights must go; throws if a key is not of a finite number. */
  private static int zeroKeys(int[] keys, int length) {
    int invalid = 0;
    int zeros = 0;
    for (int i = 0; i < length; i++) {
      invalid += keys[i] >= INVALID || keys[i] < 0 ? 1 : 0;
      zeros += keys[i] == 0 ? 1 : 0;
    }
    if (invalid > 0) {
      throw new ArithmeticException(invalid + " weights left the range of binary32");
    }
    return zeros;
  }

  /** The k-th smallest key, from 1 on, in the upper half, and in the lower how many equals go. */
  private static long kth(int[] keys, int length, int k) {
    int[] counts = new int[DIGITS];
    for (int i = 0; i < length; i++) {
      counts[keys[i] >>> 16]++;
    }
    int left = k;
    int upper = 0;
    while (counts[upper] < left) {
      left -= counts[upper++];
    }
    Arrays.fill(counts, 0);
    for (int i = 0; i < length; i++) {
      if (keys[i] >>> 16 == upper) {
        counts[keys[i] & 0xffff]++;
      }
    }
    int lower = 0;
    while (counts[lower] < left) {
      left -= counts[lower++];
    }
    return (long) (upper << 16 | lower) << 32 | left;
  }

  private static void keepLastTies(
      int[] keys, int rows, int threshold, int ties, float[][] pruned) {
    int left = ties;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < pruned.length; j++) {
        if (keys[j * rows + i] == threshold && left-- <= 0) {
          pruned[j][i] = 0;
        }
      }
    }
  }

  /**
   * Prunes the smallest keys of each row of a group of columns, and all that are zero.
   *
   * @param keys a run of {@code stride} keys for each column of the group
   * @param zeros how many of each row
   * @param pruned receives 1 for a weight to prune and 0 for another
   * @param first row of {@code pruned} that belongs to the group's first column
   */
  static void group(
      int[] keys, int stride, int rows, int size, int zeros, float[][] pruned, int first) {
    for (int j = 0; j < size; j++) {
      for (int i = 0; i < rows; i++) {
        pruned[first + j][i] = keys[j * stride + i] == 0 ? 1 : 0;
        if (keys[j * stride + i] >= INVALID || keys[j * stride + i] < 0) {
          throw new ArithmeticException("weights left the range of binary32");
        }
      }
    }
    for (int i = 0; i < rows; i++) {
      int gone = 0;
      for (int j = 0; j < size; j++) {
        gone += pruned[first + j][i] != 0 ? 1 : 0;
      }
      for (; gone < zeros; gone++) {
        int least = -1;
        for (int j = 0; j < size; j++) {
          if (pruned[first + j][i] == 0
              && (least < 0 || keys[j * stride + i] < keys[least * stride + i])) {
            least = j;
          }
        }
        pruned[first + least][i] = 1;
      }
    }
  }
}
