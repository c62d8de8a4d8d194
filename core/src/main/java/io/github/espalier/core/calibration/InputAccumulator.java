package io.github.espalier.core.calibration;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Optional;

/**
 * Gathers statistics of a layer's input, row by row.
 *
 * <p>Rows are collected and added in blocks of a fixed size, so that the result does not depend on
 * how many arrive at a time. For one thread.
 */
public final class InputAccumulator implements AutoCloseable {
  private static final int MOST_ROWS = 4096;
  private static final int LEAST_ROWS = 512;
  private static final int BLOCK_ELEMENTS = 4 << 20;

  private final TensorScope scope = new TensorScope();
  private final TaskRunner runner;
  private final int width;
  private final double[] sums;
  private final double[] sumsOfSquares;
  private final Optional<SymmetricMatrix> gram;
  private final FloatMatrix block;
  private int filled;
  private long tokens;
  private long samples;
  private double sampleWeight;

  /**
   * Starts with nothing.
   *
   * @param width number of inputs, at least 1
   * @param need what to gather: moments, or the Gram matrix too
   * @param runner runs the products
   * @throws IllegalArgumentException if the width is less than 1, or nothing is needed
   */
  public InputAccumulator(int width, StatisticsNeed need, TaskRunner runner) {
    if (width < 1) {
      throw new IllegalArgumentException("width is " + width + ", but must be at least 1");
    }
    if (need == StatisticsNeed.NONE) {
      throw new IllegalArgumentException("there is nothing to gather");
    }
    this.width = width;
    this.runner = runner;
    this.sums = new double[width];
    this.sumsOfSquares = new double[width];
    this.gram =
        need == StatisticsNeed.GRAM
            ? Optional.of(SymmetricMatrix.zeros(width, scope))
            : Optional.empty();
    int rows = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, BLOCK_ELEMENTS / width));
    this.block = FloatMatrix.of(scope.zeros(rows, width));
  }

  /**
   * Adds rows of some samples.
   *
   * @param rows inputs, as many columns as the width
   * @param sampleCount number of samples that the rows belong to, counted once
   * @param alpha weight of these samples, above 0; 1 unless timesteps are weighed
   * @throws IllegalArgumentException if the width or the weight does not fit
   */
  public void add(FloatMatrix rows, long sampleCount, double alpha) {
    if (rows.columns() != width) {
      throw new IllegalArgumentException(rows + " does not fit statistics of " + width + " inputs");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("weight is " + alpha + ", but must be above 0");
    }
    float root = (float) Math.sqrt(alpha);
    float[] row = new float[width];
    for (int i = 0; i < rows.rows(); i++) {
      rows.get(i, 0, row, 0, width);
      for (int j = 0; j < width; j++) {
        sums[j] += alpha * row[j];
        sumsOfSquares[j] += alpha * ((double) row[j] * row[j]);
        row[j] *= root;
      }
      if (gram.isPresent()) {
        block.put(filled++, 0, row, 0, width);
        if (filled == block.rows()) {
          flush();
        }
      }
    }
    tokens += rows.rows();
    samples += sampleCount;
    sampleWeight += alpha * sampleCount;
  }

  private void flush() {
    if (filled > 0) {
      gram.ifPresent(matrix -> matrix.addGram(block.rows(0, filled), runner));
      filled = 0;
    }
  }

  /**
   * Adds other statistics.
   *
   * @param other statistics of the same width, with a Gram matrix if this gathers one
   * @throws IllegalArgumentException if they do not fit
   */
  public void add(InputStatistics other) {
    if (other.width() != width || (gram.isPresent() && other.gram().isEmpty())) {
      throw new IllegalArgumentException(
          "statistics of "
              + other.width()
              + " inputs "
              + (other.gram().isPresent() ? "with" : "without")
              + " Gram matrix cannot be added to those of "
              + width);
    }
    double[] otherSums = other.sums();
    double[] otherSquares = other.sumsOfSquares();
    for (int i = 0; i < width; i++) {
      sums[i] += otherSums[i];
      sumsOfSquares[i] += otherSquares[i];
    }
    flush();
    gram.ifPresent(matrix -> other.gram().ifPresent(matrix::add));
    tokens += other.tokens();
    samples += other.samples();
    sampleWeight += other.sampleWeight();
  }

  /**
   * Copies what has been gathered so far.
   *
   * @param owner owns the native memory of the copy
   * @return a snapshot
   */
  public InputStatistics snapshot(TensorScope owner) {
    flush();
    Optional<SymmetricMatrix> copy =
        gram.map(
            matrix -> {
              SymmetricMatrix fresh = SymmetricMatrix.zeros(width, owner);
              fresh.add(matrix);
              return fresh;
            });
    return new InputStatistics(sums, sumsOfSquares, copy, tokens, samples, sampleWeight);
  }

  /** Frees the memory. */
  @Override
  public void close() {
    scope.close();
  }
}
