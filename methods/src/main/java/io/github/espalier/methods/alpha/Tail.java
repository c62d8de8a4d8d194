package io.github.espalier.methods.alpha;

/** Where the tail of a spectrum starts, whose exponent is estimated. */
public enum Tail {
  /** At the median: the larger half of the eigenvalues, as AlphaPruning does. */
  MEDIAN,
  /**
   * Near the peak of the histogram of the eigenvalues' logarithms, where the tail is nearest to a
   * power law by the distance of Kolmogorov and Smirnov.
   */
  PEAK
}
