package io.github.espalier.metrics.feature;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.RowSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Feature vectors themselves, in binary32, for measures that compare each with each. Immutable, so
 * safe for use by many threads. Four bytes for each feature are held on the Java heap.
 */
public final class FeatureSet implements RowSource {
  private static final int BLOCK_ROWS = 256;

  private final int width;
  private final int rows;
  private final List<float[]> blocks;

  private FeatureSet(int width, int rows, List<float[]> blocks) {
    this.width = width;
    this.rows = rows;
    this.blocks = blocks;
  }

  /** Gathers vectors, up to a number that bounds the memory. For one thread. */
  public static final class Collector {
    private final int width;
    private final int mostRows;
    private final List<float[]> blocks = new ArrayList<>();
    private int rows;

    /**
     * Starts with nothing.
     *
     * @param width number of features of a vector, at least 1
     * @param mostRows the most vectors to be held, at least 1
     * @throws IllegalArgumentException if one is less than 1
     */
    public Collector(int width, int mostRows) {
      PackedSymmetric.requireWidth(width);
      if (mostRows < 1) {
        throw new IllegalArgumentException("at most " + mostRows + " vectors are too few");
      }
      this.width = width;
      this.mostRows = mostRows;
    }

    /**
     * Adds vectors.
     *
     * @param matrix one in each row, as many columns as the width
     * @throws IllegalArgumentException if the width differs, or a feature is infinite or NaN; none
     *     from that row on is added
     * @throws IllegalStateException if there would be more than allowed
     */
    public void add(FloatMatrix matrix) {
      requireWidth(matrix.columns());
      float[] row = new float[width];
      for (int i = 0; i < matrix.rows(); i++) {
        matrix.get(i, 0, row, 0, width);
        add(row);
      }
    }

    /**
     * Adds a vector.
     *
     * @param row its features, as many as the width
     * @throws IllegalArgumentException if the width differs, or a feature is infinite or NaN
     * @throws IllegalStateException if there would be more than allowed
     */
    public void add(float... row) {
      requireWidth(row.length);
      for (int j = 0; j < width; j++) {
        if (!Float.isFinite(row[j])) {
          throw new IllegalArgumentException(
              "feature " + j + " of vector " + rows + " is " + row[j]);
        }
      }
      if (rows == mostRows) {
        throw new IllegalStateException("there are more than " + mostRows + " vectors");
      }
      if (rows % BLOCK_ROWS == 0) {
        blocks.add(new float[Math.multiplyExact(BLOCK_ROWS, width)]);
      }
      float[] block = blocks.get(rows / BLOCK_ROWS);
      System.arraycopy(row, 0, block, rows % BLOCK_ROWS * width, width);
      rows++;
    }

    private void requireWidth(int found) {
      if (found != width) {
        throw new IllegalArgumentException(
            "vectors of " + found + " features cannot be added to those of " + width);
      }
    }

    /**
     * Returns what has been gathered so far.
     *
     * @return a set
     */
    public FeatureSet snapshot() {
      // Rows that are added later lie behind those of the set, in the same blocks.
      return new FeatureSet(width, rows, List.copyOf(blocks));
    }
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return width;
  }

  @Override
  public void get(int row, double[] target) {
    Objects.checkIndex(row, rows);
    float[] block = blocks.get(row / BLOCK_ROWS);
    int from = row % BLOCK_ROWS * width;
    for (int j = 0; j < width; j++) {
      target[j] = block[from + j];
    }
  }

  /**
   * Views some rows.
   *
   * @param order the numbers of the rows wanted
   * @return these rows
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public RowSource select(int... order) {
    for (int row : order) {
      Objects.checkIndex(row, rows);
    }
    return new Selection(this, order.clone());
  }

  private static final class Selection implements RowSource {
    private final FeatureSet set;
    private final int[] order;

    Selection(FeatureSet set, int[] order) {
      this.set = set;
      this.order = order;
    }

    @Override
    public int rows() {
      return order.length;
    }

    @Override
    public int columns() {
      return set.columns();
    }

    @Override
    public void get(int row, double[] target) {
      set.get(order[row], target);
    }
  }

  /**
   * Divides each vector by its Euclidean norm.
   *
   * @return vectors of norm 1 up to rounding to binary32
   * @throws IllegalStateException if a vector is zero
   */
  public FeatureSet normalised() {
    Collector unit = new Collector(width, Math.max(1, rows));
    double[] row = new double[width];
    float[] scaled = new float[width];
    for (int i = 0; i < rows; i++) {
      get(i, row);
      double squares = 0;
      for (double value : row) {
        squares += value * value;
      }
      if (squares == 0) {
        throw new IllegalStateException("vector " + i + " is zero, and has no direction");
      }
      double norm = Math.sqrt(squares);
      for (int j = 0; j < width; j++) {
        scaled[j] = (float) (row[j] / norm);
      }
      unit.add(scaled);
    }
    return unit.snapshot();
  }

  /**
   * Summarises the vectors.
   *
   * @return count, mean and scatter
   */
  public FeatureSummary summary() {
    FeatureAccumulator accumulator = new FeatureAccumulator(width);
    double[] row = new double[width];
    for (int i = 0; i < rows; i++) {
      get(i, row);
      accumulator.add(row);
    }
    return accumulator.snapshot();
  }

  @Override
  public String toString() {
    return rows + " vectors of " + width + " features";
  }
}
