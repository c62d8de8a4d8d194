package io.github.espalier.methods.sparsegpt;

import io.github.espalier.core.sparsity.Sparsity;

/** How a sparsity becomes a number of pruned weights in each block of columns. */
public enum BlockRule {
  /**
   * Prunes exactly {@link Sparsity#countOf(long)} weights of the layer. The blocks up to and
   * including each one have together the count of as many weights, so that no block is more than
   * one weight off its own; of equal weights those with the lowest index in the block go.
   *
   * <p>Weights of inputs that were always zero cost nothing, so that they go first; those beyond
   * the number asked for are kept as they are. That is so with zeros per group and with a given
   * mask too.
   */
  EXACT,
  /**
   * Prunes every weight of a block whose score is at most the one at position {@code int(n s)} of
   * the block's n scores in ascending order: one more than asked, and all that equal it. At a
   * sparsity of zero nothing, and at one everything.
   *
   * <p>All weights of inputs that were always zero become zero, and the mask prunes them: on top of
   * the number asked for at a sparsity of zero, with zeros per group and with a given mask.
   *
   * <p>Source: IST-DASLab/sparsegpt, {@code sparsegpt.py}.
   */
  REFERENCE;

  /** How many weights of a block go, apart from ties. */
  int count(Sparsity sparsity, long before, int block) {
    if (this == EXACT) {
      return (int) (sparsity.countOf(before + block) - sparsity.countOf(before));
    }
    return sparsity.equals(Sparsity.ZERO)
        ? 0
        : (int) Math.min((long) (block * sparsity.fraction()) + 1, block);
  }
}
