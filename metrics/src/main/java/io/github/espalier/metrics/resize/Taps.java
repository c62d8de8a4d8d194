package io.github.espalier.metrics.resize;

/**
 * A resizing of one dimension: each output position is a weighted sum of input positions that
 * follow one another. The arrays are not written once a {@link Kernel} has filled them.
 */
final class Taps {
  /** Room for weights per output position. */
  final int size;

  /** The first input position of each output position. */
  final int[] first;

  /** The number of input positions of each output position, at most {@link #size}. */
  final int[] count;

  /** The weights of output position i are from {@code i * size} on. */
  final double[] weights;

  Taps(int outputs, int size) {
    this.size = size;
    first = new int[outputs];
    count = new int[outputs];
    weights = new double[outputs * size];
  }

  int outputs() {
    return first.length;
  }
}
