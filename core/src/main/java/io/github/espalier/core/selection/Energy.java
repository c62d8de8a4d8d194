package io.github.espalier.core.selection;

/**
 * The squared Euclidean norm of a layer's weights, split by whether they are kept.
 *
 * @param kept sum of the squares of the kept weights, at least 0
 * @param pruned sum of the squares of the pruned weights, before pruning, at least 0
 */
public record Energy(double kept, double pruned) {
  /**
   * Returns the signal-to-noise ratio of pruning: {@code 10 log10(kept / pruned)}.
   *
   * <p>Positive infinity if only zeros were pruned, negative infinity if only zeros were kept, NaN
   * if all weights were zero.
   *
   * @return decibels
   * @see <a href="https://arxiv.org/abs/2411.15113">Ramesh and Zhao 2024</a>, whose code reports it
   */
  public double snrDecibels() {
    return 10 * Math.log10(kept / pruned);
  }

  /**
   * Adds the energies of other weights.
   *
   * @param other energies of weights that are not in this sum
   * @return the sum
   */
  public Energy plus(Energy other) {
    return new Energy(kept + other.kept, pruned + other.pruned);
  }
}
