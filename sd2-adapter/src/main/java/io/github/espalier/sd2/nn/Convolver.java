package io.github.espalier.sd2.nn;

/** A way to compute a convolution; has its weights in an arrangement of its own. */
interface Convolver {
  /**
   * Convolves.
   *
   * @param compute does the work
   * @param input contiguous maps of the right number of channels, no smaller than the kernel
   * @param ending bias and what follows
   * @param output maps of the right extents, perhaps some channels of larger ones
   */
  void run(Compute compute, FeatureMap input, Ending ending, FeatureMap output);

  /** What its time counts as. */
  Operation operation();
}
