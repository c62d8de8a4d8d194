package io.github.espalier.metrics.feature;

import io.github.espalier.core.tensor.DoubleMatrix;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.core.tensor.TiledProducts;
import java.util.Arrays;

/**
 * Gathers the mean and the scatter of feature vectors, in memory that does not grow with their
 * number.
 *
 * <p>Rows are collected in blocks of a fixed size. The scatter of a block is taken about its own
 * mean and merged with that of the blocks before by the formula of T. F. Chan, G. H. Golub and R.
 * J. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, COMPSTAT
 * 1982, which has no cancellation. So the result is the same, bit for bit, however many rows arrive
 * at a time and however many processors there are. {@link #snapshot} and {@link
 * #add(FeatureSummary)} end a block early, which changes the result by rounding.
 *
 * <p>Holds a block of about 16 MiB and half a matrix of the width squared, in binary64. For one
 * thread.
 */
public final class FeatureAccumulator {
  /** Beyond this the square of a difference might overflow. */
  private static final double MOST = 1e150;

  private static final int BLOCK_ELEMENTS = 1 << 21;
  private static final int MOST_BLOCK_ROWS = 4096;

  private final int width;
  private final int blockRows;
  private final double[] mean;
  private final PackedSymmetric scatter;
  private double[] block = new double[0];
  private int filled;
  private long count;

  /**
   * Starts with nothing.
   *
   * @param width number of features of a vector, from 1 to 16383
   * @throws IllegalArgumentException if the width is out of range
   */
  public FeatureAccumulator(int width) {
    PackedSymmetric.requireWidth(width);
    this.width = width;
    this.blockRows = Math.min(MOST_BLOCK_ROWS, BLOCK_ELEMENTS / width);
    this.mean = new double[width];
    this.scatter = new PackedSymmetric(width);
  }

  /**
   * Adds vectors.
   *
   * @param rows one in each row, as many columns as the width
   * @throws IllegalArgumentException if the width differs, or a feature is infinite or NaN; none
   *     from that row on is added
   */
  public void add(FloatMatrix rows) {
    requireWidth(rows.columns());
    float[] floats = new float[width];
    double[] row = new double[width];
    for (int i = 0; i < rows.rows(); i++) {
      rows.get(i, 0, floats, 0, width);
      for (int j = 0; j < width; j++) {
        row[j] = floats[j];
      }
      add(row);
    }
  }

  /**
   * Adds a vector.
   *
   * @param row its features, as many as the width
   * @throws IllegalArgumentException if the width differs, or a feature is NaN or its magnitude
   *     above 1e150; nothing is added then
   */
  public void add(double... row) {
    requireWidth(row.length);
    for (int j = 0; j < width; j++) {
      if (!(Math.abs(row[j]) <= MOST)) {
        throw new IllegalArgumentException(
            "feature " + j + " of vector " + count() + " is " + row[j]);
      }
    }
    if (filled * width == block.length) {
      int rows = Math.min(blockRows, Math.max(64, 2 * filled));
      block = Arrays.copyOf(block, rows * width);
    }
    System.arraycopy(row, 0, block, filled * width, width);
    filled++;
    if (filled == blockRows) {
      flush();
    }
  }

  /**
   * Adds what was gathered elsewhere.
   *
   * @param other a summary of vectors of the same width
   * @throws IllegalArgumentException if the width differs
   */
  public void add(FeatureSummary other) {
    requireWidth(other.width());
    flush();
    if (other.count() > 0) {
      scatter.add(other.packedScatter());
      moveMean(other.mean(), other.count());
    }
  }

  private void requireWidth(int found) {
    if (found != width) {
      throw new IllegalArgumentException(
          "vectors of " + found + " features cannot be added to those of " + width);
    }
  }

  /**
   * Returns how many vectors were added.
   *
   * @return 0 or more
   */
  public long count() {
    return count + filled;
  }

  /**
   * Copies what has been gathered so far.
   *
   * @return a summary
   */
  public FeatureSummary snapshot() {
    flush();
    return new FeatureSummary(count, mean.clone(), scatter.scaled(1));
  }

  private void flush() {
    if (filled == 0) {
      return;
    }
    double[] blockMean = blockMean();
    try (TensorScope scope = new TensorScope()) {
      DoubleMatrix centred = DoubleMatrix.zeros(filled, width, scope);
      double[] row = new double[width];
      for (int i = 0; i < filled; i++) {
        for (int j = 0; j < width; j++) {
          row[j] = block[i * width + j] - blockMean[j];
        }
        centred.put(i, 0, row, 0, width);
      }
      DoubleMatrix gram = DoubleMatrix.zeros(width, width, scope);
      TiledProducts.gram(centred, gram, TaskRunner.COMMON_POOL);
      scatter.add(gram);
    }
    moveMean(blockMean, filled);
    filled = 0;
  }

  private double[] blockMean() {
    double[] sums = new double[width];
    for (int i = 0; i < filled; i++) {
      for (int j = 0; j < width; j++) {
        sums[j] += block[i * width + j];
      }
    }
    for (int j = 0; j < width; j++) {
      sums[j] /= filled;
    }
    return sums;
  }

  /** Merges means, and adds to the scatter what their difference adds. */
  private void moveMean(double[] other, long otherCount) {
    double total = (double) count + otherCount;
    double[] delta = new double[width];
    for (int j = 0; j < width; j++) {
      delta[j] = other[j] - mean[j];
      mean[j] = count == 0 ? other[j] : mean[j] + delta[j] * (otherCount / total);
    }
    if (count > 0) {
      scatter.addOuter(count * (otherCount / total), delta);
    }
    count += otherCount;
  }
}
