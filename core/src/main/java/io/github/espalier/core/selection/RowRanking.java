package io.github.espalier.core.selection;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Prunes the smallest keys of each row, of equal ones those that come first. */
final class RowRanking implements RowPruner {
  private final IntUnaryOperator counts;
  private final long[] scratch;
  private int row;

  /**
   * Prepares for rows of one length.
   *
   * @param counts how many keys are pruned of a row, by its index; rows come in order
   */
  RowRanking(IntUnaryOperator counts, int columns) {
    this.counts = counts;
    this.scratch = new long[columns];
  }

  @Override
  public int columns() {
    return scratch.length;
  }

  @Override
  public void prune(long[] keys, boolean[] pruned) {
    int count = counts.applyAsInt(row++);
    if (count == 0) {
      return;
    }
    System.arraycopy(keys, 0, scratch, 0, scratch.length);
    long threshold = kthSmallest(scratch, count - 1);
    int ties = count;
    for (long key : keys) {
      if (key < threshold) {
        ties--;
      }
    }
    for (int i = 0; i < keys.length; i++) {
      pruned[i] = keys[i] < threshold || (keys[i] == threshold && ties-- > 0);
    }
  }

  /** Quickselect (Hoare 1961, "Find"), which sorts what is left if the pivots are unlucky. */
  static long kthSmallest(long[] values, int k) {
    int low = 0;
    int high = values.length - 1;
    int patience = 2 * (64 - Long.numberOfLeadingZeros(values.length));
    while (low < high) {
      if (patience-- == 0) {
        Arrays.sort(values, low, high + 1);
        return values[k];
      }
      long pivot = middle(values[low], values[(low + high) >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (k <= j) {
        high = j;
      } else if (k >= i) {
        low = i;
      } else {
        return values[k];
      }
    }
    return values[k];
  }

  private static long middle(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
