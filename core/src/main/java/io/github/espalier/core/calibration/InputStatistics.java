package io.github.espalier.core.calibration;

import io.github.espalier.core.tensor.SymmetricMatrix;
import java.util.Optional;

/**
 * Sums over the rows of a layer's calibration input: x is a token of a linear layer, or the
 * unfolded patch under a convolution's kernel, in the order of the weight matrix's columns.
 *
 * <p>Each row counts with the weight alpha of its sample, which is 1 unless the calibration weighs
 * timesteps. A snapshot: nothing changes it. The Gram matrix lives as long as the scope that it was
 * made with.
 */
public final class InputStatistics {
  private final double[] sums;
  private final double[] sumsOfSquares;
  private final Optional<SymmetricMatrix> gram;
  private final long tokens;
  private final long samples;
  private final double sampleWeight;

  /**
   * Takes sums over.
   *
   * @param sums of alpha x, for each input
   * @param sumsOfSquares of alpha x squared, for each input
   * @param gram of alpha x x^T, if that was gathered; not changed any more by the caller
   * @param tokens number of rows
   * @param samples number of samples: sequences or images
   * @param sampleWeight sum of alpha over the samples
   * @throws IllegalArgumentException if the lengths differ
   */
  public InputStatistics(
      double[] sums,
      double[] sumsOfSquares,
      Optional<SymmetricMatrix> gram,
      long tokens,
      long samples,
      double sampleWeight) {
    if (sums.length != sumsOfSquares.length
        || gram.filter(matrix -> matrix.size() != sums.length).isPresent()) {
      throw new IllegalArgumentException(
          sums.length
              + " sums, "
              + sumsOfSquares.length
              + " sums of squares and "
              + gram
              + " do not belong together");
    }
    this.sums = sums.clone();
    this.sumsOfSquares = sumsOfSquares.clone();
    this.gram = gram;
    this.tokens = tokens;
    this.samples = samples;
    this.sampleWeight = sampleWeight;
  }

  /**
   * Returns the number of inputs.
   *
   * @return columns of the layer's weight matrix
   */
  public int width() {
    return sums.length;
  }

  /**
   * Returns the sums of alpha x.
   *
   * @return a copy, one for each input
   */
  public double[] sums() {
    return sums.clone();
  }

  /**
   * Returns the sums of alpha x squared.
   *
   * @return a copy, one for each input
   */
  public double[] sumsOfSquares() {
    return sumsOfSquares.clone();
  }

  /**
   * Returns the sum of alpha x x^T.
   *
   * @return the Gram matrix, not to be changed; empty if it was not gathered
   */
  public Optional<SymmetricMatrix> gram() {
    return gram;
  }

  /**
   * Returns the number of rows.
   *
   * @return tokens, or positions of a convolution's kernel
   */
  public long tokens() {
    return tokens;
  }

  /**
   * Returns the number of samples.
   *
   * @return sequences or images
   */
  public long samples() {
    return samples;
  }

  /**
   * Returns the samples' weight.
   *
   * @return the sum of alpha over the samples; their number if all weigh 1
   */
  public double sampleWeight() {
    return sampleWeight;
  }
}
