package io.github.espalier.core.selection;

import io.github.espalier.core.sparsity.ComparisonGroup;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;

/**
 * How a sparsity becomes a number of pruned weights, and what happens to weights of equal saliency.
 *
 * <p>{@link #EXACT} is the rule to use. The others repeat what published code does, including its
 * departures from the requested sparsity, so that published results can be repeated; where that
 * code breaks down, at a sparsity of zero, they prune nothing.
 *
 * <p>Below, <i>n</i> is the size of the comparison group. In the rules of published code, <i>s</i>
 * is the sparsity as a binary64 number, and products are rounded to binary64 before they are
 * truncated, as in Python.
 */
public enum SelectionRule {
  /**
   * Prunes exactly {@link Sparsity#countOf(long)} weights; of equal ones, those with the lowest
   * flat index. By rows that is the count of the whole layer too, dealt out evenly: where rows
   * cannot lose equally many, the first ones lose one more. Masks of more sparsity hold those of
   * less.
   *
   * <p>Supports every pattern.
   */
  EXACT,
  /**
   * Prunes every weight whose saliency is at most the one at position {@code int(n s) - 1} of the
   * ascending order, hence {@code int(n s)} weights and all that equal the last. The published code
   * reads position -1, and prunes everything, if {@code n s < 1}; here nothing is pruned.
   *
   * <p>Source: samarthramesh/SD2-Pruning, {@code Code/prune.py}. Supports {@link
   * SparsityPattern#LAYER}.
   */
  SD2_PRUNING,
  /**
   * Prunes every weight of a layer whose saliency is at most the one at position {@code int(n s)},
   * hence one more than asked and all that equal it; everything if there is no such position. By
   * rows exactly {@code int(n s)} weights, and by groups the pattern's number, of equal ones those
   * with the lowest index.
   *
   * <p>Source: locuslab/wanda, {@code lib/prune.py}. Supports {@link SparsityPattern#LAYER}, {@link
   * SparsityPattern#ROW} and zeros per group.
   */
  WANDA,
  /**
   * Prunes exactly {@code round(n s)} weights, halves rounded to even. Which of several equal
   * weights PyTorch prunes is not specified; here those with the lowest flat index.
   *
   * <p>Source: pytorch/pytorch, {@code torch/nn/utils/prune.py}. Supports {@link
   * SparsityPattern#LAYER} and {@link SparsityPattern#GLOBAL}.
   */
  TORCH_PRUNE;

  /**
   * How many of the least salient weights of a group are pruned.
   *
   * @param count from 0 to the size of the group
   * @param withTies whether all weights that equal the last of these are pruned too
   */
  record Cut(long count, boolean withTies) {}

  /**
   * Checks that this rule is defined for a pattern.
   *
   * @param pattern the pattern asked for
   * @throws IllegalArgumentException if the published code has no such mode
   */
  public void requireSupport(SparsityPattern pattern) {
    boolean supported =
        switch (this) {
          case EXACT -> true;
          case SD2_PRUNING -> pattern.equals(SparsityPattern.LAYER);
          case WANDA -> !pattern.equals(SparsityPattern.GLOBAL);
          case TORCH_PRUNE ->
              pattern.equals(SparsityPattern.LAYER) || pattern.equals(SparsityPattern.GLOBAL);
        };
    if (!supported) {
      throw new IllegalArgumentException(
          "rule "
              + this
              + " is not defined for pattern "
              + pattern.label()
              + "; use EXACT, or "
              + switch (this) {
                case WANDA -> "layer, row or zeros per group";
                case TORCH_PRUNE -> "layer or global";
                default -> "layer";
              });
    }
  }

  /** How many of the least salient weights of a row are pruned. */
  int countOfRow(int row, long rows, int columns, Sparsity sparsity) {
    if (this == EXACT) {
      long count = sparsity.countOf(rows * columns);
      return Math.toIntExact(count / rows + (row < count % rows ? 1 : 0));
    }
    return Math.toIntExact(cut(columns, sparsity, ComparisonGroup.ROW).count());
  }

  Cut cut(long size, Sparsity sparsity, ComparisonGroup group) {
    double product = size * sparsity.fraction();
    return switch (this) {
      case EXACT -> new Cut(sparsity.countOf(size), false);
      case SD2_PRUNING -> new Cut((long) product, true);
      case WANDA -> {
        if (sparsity.equals(Sparsity.ZERO) || size == 0) {
          yield new Cut(0, false);
        }
        yield group == ComparisonGroup.ROW
            ? new Cut((long) product, false)
            : new Cut(Math.min((long) product + 1, size), true);
      }
      case TORCH_PRUNE -> new Cut((long) Math.rint(product), false);
    };
  }
}
