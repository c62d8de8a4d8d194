package io.github.espalier.core.selection;

/** Prunes the smallest keys of each group of a row, of equal ones those that come first. */
final class GroupRanking implements RowPruner {
  private final int zeros;
  private final int size;
  private final int[] order;
  private final int columns;

  /**
   * Prepares for rows of one length.
   *
   * @param order the columns in the order in which they fall into groups
   */
  GroupRanking(int zeros, int size, int[] order, int columns) {
    this.zeros = zeros;
    this.size = size;
    this.order = order;
    this.columns = columns;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void prune(long[] keys, boolean[] pruned) {
    for (int group = 0; group < columns; group += size) {
      for (int zero = 0; zero < zeros; zero++) {
        int least = -1;
        for (int i = group; i < group + size; i++) {
          int column = order[i];
          if (!pruned[column] && (least < 0 || keys[column] < keys[least])) {
            least = column;
          }
        }
        pruned[least] = true;
      }
    }
  }
}
