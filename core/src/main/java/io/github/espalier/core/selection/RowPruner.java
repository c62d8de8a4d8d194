package io.github.espalier.core.selection;

/** Decides what to prune of one row. */
interface RowPruner {
  /** Returns the number of keys in a row. */
  int columns();

  /**
   * Marks the pruned weights of a row.
   *
   * @param keys the row's keys
   * @param pruned all false at first; set to true where a weight is pruned
   */
  void prune(long[] keys, boolean[] pruned);
}
