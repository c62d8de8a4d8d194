package io.github.espalier.core.selection;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import java.util.Arrays;

/** Collects pieces of keys into rows, and the rows' pruned weights into a mask. */
final class RowGatherer {
  private final RowPruner pruner;
  private final MaskBuilder mask;
  private final long total;
  private final long invalid;
  private final long[] row;
  private final boolean[] pruned;
  private int filled;
  private long index;
  private long word;
  private long nonFinite;

  RowGatherer(SaliencyKeys keys, RowPruner pruner) {
    this.pruner = pruner;
    this.mask = Mask.builder(keys.shape());
    this.total = keys.shape().elements();
    this.invalid = keys.invalid();
    this.row = new long[pruner.columns()];
    this.pruned = new boolean[pruner.columns()];
  }

  void accept(long[] keys, int count) {
    int taken = 0;
    while (taken < count) {
      int length = Math.min(count - taken, row.length - filled);
      System.arraycopy(keys, taken, row, filled, length);
      taken += length;
      filled += length;
      if (filled == row.length) {
        pruneRow();
        filled = 0;
      }
    }
  }

  private void pruneRow() {
    for (long key : row) {
      if (key >= invalid) {
        nonFinite++;
      }
    }
    Arrays.fill(pruned, false);
    pruner.prune(row, pruned);
    for (boolean out : pruned) {
      word |= (out ? 1L : 0L) << index;
      if ((++index & 63) == 0) {
        flush(index - 1);
      }
    }
  }

  private void flush(long last) {
    mask.pruneWord((int) (last >>> 6), word);
    word = 0;
  }

  Mask finish() {
    if (nonFinite > 0) {
      throw new NonFiniteException(0, nonFinite, total);
    }
    if ((index & 63) != 0) {
      flush(index - 1);
    }
    return mask.build();
  }
}
