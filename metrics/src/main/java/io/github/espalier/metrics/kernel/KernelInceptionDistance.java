package io.github.espalier.metrics.kernel;

import io.github.espalier.core.tensor.RowSource;
import io.github.espalier.metrics.feature.FeatureSet;
import io.github.espalier.metrics.random.NumpyChoice;

/**
 * Kernel distance of feature distributions: the squared maximum mean discrepancy under the kernel
 * {@code (x.y / d + 1)^3}, estimated without bias, so that its mean does not depend on the number
 * of images. It may be negative.
 *
 * <p>M. Bińkowski et al., Demystifying MMD GANs, ICLR 2018, section 4; estimator of A. Gretton et
 * al., A kernel two-sample test, JMLR 13, 2012, equation 3. With subsets the numbers are those of
 * torch-fidelity for the same features and seed. The name KID belongs to it where the features are
 * those of the FID network. Immutable.
 */
public final class KernelInceptionDistance {
  private final int subsets;
  private final int subsetSize;
  private final int seed;

  private KernelInceptionDistance(int subsets, int subsetSize, int seed) {
    this.subsets = subsets;
    this.subsetSize = subsetSize;
    this.seed = seed;
  }

  /**
   * The distances of random subsets.
   *
   * @param mean their mean
   * @param deviation their standard deviation, with the count as divisor; not that of the mean
   * @param subsets how many there were
   * @param subsetSize vectors of each set in each
   */
  public record Result(double mean, double deviation, int subsets, int subsetSize) {}

  /**
   * Returns the usual choices.
   *
   * @return 100 subsets of 1,000, seed 2020
   */
  public static KernelInceptionDistance withDefaults() {
    return new KernelInceptionDistance(100, 1000, 2020);
  }

  /**
   * Chooses the subsets.
   *
   * @param count how many, at least 1
   * @param size vectors of each set in each, at least 2
   * @return a copy with these
   * @throws IllegalArgumentException if there are too few
   */
  public KernelInceptionDistance withSubsets(int count, int size) {
    if (count < 1 || size < 2) {
      throw new IllegalArgumentException(
          count + " subsets of " + size + ": there must be at least 1 of at least 2");
    }
    return new KernelInceptionDistance(count, size, seed);
  }

  /**
   * Chooses the seed.
   *
   * @param newSeed as for NumPy's {@code RandomState}; taken as an unsigned number
   * @return a copy with that seed
   */
  public KernelInceptionDistance withSeed(int newSeed) {
    return new KernelInceptionDistance(subsets, subsetSize, newSeed);
  }

  /**
   * Returns how many subsets there are.
   *
   * @return at least 1
   */
  public int subsets() {
    return subsets;
  }

  /**
   * Returns how many vectors of each set a subset has.
   *
   * @return at least 2
   */
  public int subsetSize() {
    return subsetSize;
  }

  /**
   * Returns the seed of the subsets.
   *
   * @return as for NumPy's {@code RandomState}
   */
  public int seed() {
    return seed;
  }

  /**
   * Computes the distances of random subsets. The subset of the first set is drawn first.
   *
   * @param first features of one set of images, at least as many as a subset has
   * @param second features of the other
   * @return mean and deviation
   * @throws IllegalArgumentException if there are too few vectors, or their width differs
   */
  public Result between(FeatureSet first, FeatureSet second) {
    if (Math.min(first.rows(), second.rows()) < subsetSize) {
      throw new IllegalArgumentException(
          "subsets of "
              + subsetSize
              + " cannot be drawn from "
              + first.rows()
              + " and "
              + second.rows()
              + " vectors");
    }
    NumpyChoice random = new NumpyChoice(seed);
    double[] distances = new double[subsets];
    double sum = 0;
    for (int i = 0; i < subsets; i++) {
      RowSource x = first.select(random.draw(first.rows(), subsetSize));
      RowSource y = second.select(random.draw(second.rows(), subsetSize));
      distances[i] = discrepancy(x, y);
      sum += distances[i];
    }
    double mean = sum / subsets;
    double squares = 0;
    for (double distance : distances) {
      squares += (distance - mean) * (distance - mean);
    }
    return new Result(mean, Math.sqrt(squares / subsets), subsets, subsetSize);
  }

  /**
   * Computes the distance of whole sets, which no draw makes noisy.
   *
   * @param first features of one set of images, at least 2
   * @param second features of the other, at least 2
   * @return the unbiased estimate
   * @throws IllegalArgumentException if there are too few vectors, or their width differs
   */
  public static double ofAll(FeatureSet first, FeatureSet second) {
    if (Math.min(first.rows(), second.rows()) < 2) {
      throw new IllegalArgumentException(
          "there are "
              + first.rows()
              + " and "
              + second.rows()
              + " vectors: each needs at least 2");
    }
    return discrepancy(first, second);
  }

  private static double discrepancy(RowSource x, RowSource y) {
    double scale = 1.0 / x.columns();
    KernelSums.Kernel kernel =
        (product, xSquare, ySquare) -> {
          double base = product * scale + 1;
          return base * base * base;
        };
    double m = x.rows();
    double n = y.rows();
    return KernelSums.within(x, kernel) / (m * (m - 1))
        + KernelSums.within(y, kernel) / (n * (n - 1))
        - 2 * KernelSums.between(x, y, kernel) / (m * n);
  }
}
