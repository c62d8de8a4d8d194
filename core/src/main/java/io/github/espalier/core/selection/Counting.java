package io.github.espalier.core.selection;

import io.github.espalier.core.mask.MaskBuilder;

/** The counting and pruning loops for keys of any width. */
final class Counting {
  private Counting() {}

  static void count(long[] keys, int count, int shift, long higher, long[] counts) {
    int mask = (1 << SaliencyKeys.DIGIT_BITS) - 1;
    for (int i = 0; i < count; i++) {
      long upper = keys[i] >>> shift;
      if (upper >>> SaliencyKeys.DIGIT_BITS == higher) {
        counts[(int) upper & mask]++;
      }
    }
  }

  /** Prunes keys piece by piece. */
  static final class Pruning {
    private final long threshold;
    private final SaliencyKeys.TieBudget budget;
    private final MaskBuilder mask;
    private int word;

    Pruning(long threshold, long ties, MaskBuilder mask) {
      this.threshold = threshold;
      this.budget = new SaliencyKeys.TieBudget(ties);
      this.mask = mask;
    }

    void accept(long[] keys, int count) {
      for (int base = 0; base < count; base += 64) {
        int end = Math.min(64, count - base);
        long below = 0;
        long tied = 0;
        for (int i = 0; i < end; i++) {
          long key = keys[base + i];
          below |= (key < threshold ? 1L : 0L) << i;
          tied |= (key == threshold ? 1L : 0L) << i;
        }
        mask.pruneWord(word++, below | budget.take(tied));
      }
    }
  }
}
