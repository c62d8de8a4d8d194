package io.github.espalier.core.calibration;

/** What a method must know about a layer's input. */
public enum StatisticsNeed {
  /** Nothing: it looks at the weights alone. */
  NONE,
  /** Sums and sums of squares of each input. */
  MOMENTS,
  /** The products of all pairs of inputs, and the moments. */
  GRAM;

  /**
   * Tells whether statistics suffice.
   *
   * @param statistics what there is
   * @return true if they have all that is needed
   */
  public boolean isMetBy(InputStatistics statistics) {
    return this != GRAM || statistics.gram().isPresent();
  }
}
