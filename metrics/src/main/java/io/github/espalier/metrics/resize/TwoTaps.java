package io.github.espalier.metrics.resize;

/** Linear interpolation between two neighbours. */
final class TwoTaps {
  private TwoTaps() {}

  /**
   * Puts the weights of an output position.
   *
   * @param below the neighbour below; the one above it is itself at the end
   * @param beyond how far beyond it, from 0 to 1
   */
  static void put(Taps taps, int output, int below, float beyond, int inputs) {
    taps.first[output] = below;
    if (below == inputs - 1) {
      taps.count[output] = 1;
      taps.weights[2 * output] = 1;
    } else {
      taps.count[output] = 2;
      taps.weights[2 * output] = 1 - beyond;
      taps.weights[2 * output + 1] = beyond;
    }
  }
}
