package io.github.espalier.core.tensor;

/** A matrix that is read row by row, by any number of threads. */
public interface RowSource {
  /**
   * Returns the number of rows.
   *
   * @return 0 or more
   */
  int rows();

  /**
   * Returns the number of columns.
   *
   * @return at least 1
   */
  int columns();

  /**
   * Copies a row.
   *
   * @param row the row
   * @param target receives {@link #columns()} elements from index 0 on
   * @throws IndexOutOfBoundsException if there is no such row, or the target is too short
   */
  void get(int row, double[] target);
}
