package io.github.espalier.metrics.resize;

/** A way to resize one dimension. */
interface Kernel {
  /**
   * Finds the weights.
   *
   * @param inputs length before
   * @param outputs length after
   * @return which input positions make each output position
   */
  Taps taps(int inputs, int outputs);

  /**
   * Whether columns are resized before rows.
   *
   * @param width before
   * @param height before
   * @param newHeight height after
   * @return rows first if false
   */
  default boolean columnsFirst(int width, int height, int newHeight) {
    return false;
  }
}
