package io.github.espalier.core.selection;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The result of counting: keys below {@code key} are pruned, and of those equal to it the first
 * {@code ties}.
 *
 * <p>Found by radix selection from the most significant digit on: each pass counts one digit of 16
 * bits, and only among keys that share the digits found so far, so that the k-th smallest of any
 * number of keys is known after {@code bits / 16} passes, in 512 KiB.
 */
record Threshold(long key, long ties, Optional<Energy> energy) {
  private static final int DIGITS = 1 << SaliencyKeys.DIGIT_BITS;

  /**
   * Finds the threshold for one comparison group.
   *
   * @param group keys of one format, one or several layers
   * @param cut how many keys are pruned
   */
  static Threshold find(List<SaliencyKeys> group, SelectionRule.Cut cut) throws IOException {
    SaliencyKeys first = group.get(0);
    int shift = (first.bits() - 1) / SaliencyKeys.DIGIT_BITS * SaliencyKeys.DIGIT_BITS;
    long[] counts = new long[DIGITS];
    for (int i = 0; i < group.size(); i++) {
      group.get(i).count(shift, 0, counts);
      requireFinite(counts, first.invalid() >>> shift, i, group.get(i).shape().elements());
    }
    if (cut.count() == 0) {
      return new Threshold(0, 0, energy(first, shift, counts, 0, 0));
    }
    long key = 0;
    long below = 0;
    while (true) {
      int digit = 0;
      while (below + counts[digit] < cut.count()) {
        below += counts[digit++];
      }
      key = key << SaliencyKeys.DIGIT_BITS | digit;
      if (shift == 0) {
        long tied = counts[digit];
        long ties = cut.withTies() ? tied : cut.count() - below;
        return new Threshold(key, ties, energy(first, first.bits() - 15, counts, key, ties));
      }
      shift -= SaliencyKeys.DIGIT_BITS;
      counts = new long[DIGITS];
      countAll(group, shift, key, counts);
    }
  }

  private static void countAll(List<SaliencyKeys> group, int shift, long higher, long[] counts)
      throws IOException {
    for (SaliencyKeys keys : group) {
      keys.count(shift, higher, counts);
    }
  }

  private static void requireFinite(long[] counts, long invalid, int layer, long total) {
    long bad = 0;
    for (int digit = (int) invalid; digit < counts.length; digit++) {
      bad += counts[digit];
    }
    if (bad > 0) {
      throw new NonFiniteException(layer, bad, total);
    }
  }

  /** The counts of a single digit are the whole distribution, hence also its energy. */
  private static Optional<Energy> energy(
      SaliencyKeys keys, int shift, long[] counts, long threshold, long ties) {
    if (shift != 0) {
      return Optional.empty();
    }
    double kept = 0;
    double pruned = 0;
    for (int key = 0; key < counts.length; key++) {
      if (counts[key] != 0) {
        double each = keys.energyOf(key);
        long out = key < threshold ? counts[key] : key == threshold ? ties : 0;
        pruned += out * each;
        kept += (counts[key] - out) * each;
      }
    }
    return Optional.of(new Energy(kept, pruned));
  }
}
