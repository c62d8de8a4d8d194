package io.github.espalier.core.calibration;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gathers statistics of a layer's input, row by row.
 *
 * <p>Rows are collected and added to the Gram matrix in blocks of a fixed size, and each input's
 * sums run in the order of the rows. So the result is the same, bit for bit, however many rows
 * arrive at a time and however many threads the runner has. {@link #snapshot} and {@link
 * #add(InputStatistics)} end a block early: runs that do so after the same rows agree bit for bit,
 * others in the moments alone, and in the Gram matrix to binary32 rounding. Adding the same
 * statistics in another order changes sums by binary64 rounding.
 *
 * <p>For one thread.
 */
public final class InputAccumulator implements AutoCloseable {
  private static final int MOST_ROWS = 8192;
  private static final int LEAST_ROWS = 512;
  private static final int MOST_ELEMENTS = 40 << 20;

  /** Columns of a task: a few such runs of sums stay in the first-level cache. */
  private static final int STRIP = 512;

  /** Elements that are not worth a second thread. */
  private static final int SMALL = 1 << 15;

  private final TensorScope scope = new TensorScope();
  private final TaskRunner runner;
  private final int width;
  private final double[] sums;
  private final double[] sumsOfSquares;
  private final Optional<SymmetricMatrix> gram;
  private final @Nullable FloatMatrix block;
  private int filled;
  private long tokens;
  private long samples;
  private double sampleWeight;
  private @Nullable String unusable;

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
    this.block = gram.isPresent() ? FloatMatrix.of(scope.zeros(rowsOfBlock(width), width)) : null;
  }

  /**
   * Returns how many rows a product takes at a time. The more, the less adding to binary64 sums
   * costs; but a U-Net has a hundred blocks open at once, so that narrow inputs have shorter ones.
   *
   * @param width number of inputs, at least 1
   * @return number of rows: 512 at least, 8192 at most, and between them twice the width, as long
   *     as the block has at most 160 MiB
   */
  public static int rowsOfBlock(int width) {
    long most = Math.min(MOST_ROWS, MOST_ELEMENTS / width);
    return (int) Math.max(LEAST_ROWS, Math.min(2L * width, most));
  }

  /**
   * Adds rows of some samples.
   *
   * <p>After an exception because of infinite or undefined inputs part of the rows may have been
   * added, so nothing but {@link #close} is possible any more.
   *
   * @param rows inputs, as many columns as the width
   * @param sampleCount number of samples that the rows belong to, counted once; 0 or more
   * @param alpha weight of these samples, above 0; 1 unless timesteps are weighed
   * @throws IllegalArgumentException if the width, the number or the weight does not fit
   * @throws NonFiniteInputException if an input is infinite or NaN, or too large for a Gram matrix
   * @throws IllegalStateException if this was closed, or has failed
   */
  public void add(FloatMatrix rows, long sampleCount, double alpha) {
    requireUsable();
    if (rows.columns() != width) {
      throw new IllegalArgumentException(rows + " does not fit statistics of " + width + " inputs");
    }
    if (sampleCount < 0) {
      throw new IllegalArgumentException("there cannot be " + sampleCount + " samples");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("weight is " + alpha + ", but must be above 0");
    }
    int most = block == null ? MOST_ROWS : block.rows();
    for (int from = 0; from < rows.rows(); ) {
      int count = Math.min(rows.rows() - from, most - filled);
      addPart(rows, from, count, alpha);
      from += count;
    }
    tokens += rows.rows();
    samples += sampleCount;
    sampleWeight += alpha * sampleCount;
  }

  private void requireUsable() {
    if (unusable != null) {
      throw new IllegalStateException(unusable);
    }
  }

  /** Adds as many rows as the block has room for. */
  private void addPart(FloatMatrix rows, int from, int count, double alpha) {
    FloatMatrix part = rows.rows(from, count);
    int strips = (width + STRIP - 1) / STRIP;
    TaskRunner chosen = (long) count * width < SMALL ? TaskRunner.CALLER : runner;
    chosen.run(strips, strip -> addStrip(part, strip * STRIP, alpha));
    for (int j = 0; j < width; j++) {
      if (!Double.isFinite(sumsOfSquares[j])) {
        throw failed(locate(part, from));
      }
    }
    if (block != null) {
      filled += count;
      if (filled == block.rows()) {
        flush();
      }
    }
  }

  private void addStrip(FloatMatrix part, int first, double alpha) {
    int count = Math.min(STRIP, width - first);
    float root = (float) Math.sqrt(alpha);
    float[] row = new float[count];
    double[] sum = Arrays.copyOfRange(sums, first, first + count);
    double[] square = Arrays.copyOfRange(sumsOfSquares, first, first + count);
    for (int i = 0; i < part.rows(); i++) {
      part.get(i, first, row, 0, count);
      for (int j = 0; j < count; j++) {
        double value = row[j];
        sum[j] += alpha * value;
        square[j] += alpha * (value * value);
      }
      if (block != null) {
        for (int j = 0; j < count; j++) {
          row[j] *= root;
        }
        block.put(filled + i, first, row, 0, count);
      }
    }
    System.arraycopy(sum, 0, sums, first, count);
    System.arraycopy(square, 0, sumsOfSquares, first, count);
  }

  private NonFiniteInputException locate(FloatMatrix part, int firstRow) {
    float[] row = new float[width];
    for (int i = 0; i < part.rows(); i++) {
      part.get(i, 0, row, 0, width);
      for (int j = 0; j < width; j++) {
        if (!Float.isFinite(row[j])) {
          return new NonFiniteInputException(firstRow + i, j, row[j]);
        }
      }
    }
    throw new AssertionError("squares of finite binary32 numbers are finite in binary64");
  }

  private NonFiniteInputException failed(NonFiniteInputException failure) {
    unusable = "the statistics are incomplete, since " + failure.getMessage();
    return failure;
  }

  private void flush() {
    if (filled == 0 || block == null || gram.isEmpty()) {
      return;
    }
    SymmetricMatrix matrix = gram.get();
    matrix.addGram(block.rows(0, filled), runner);
    filled = 0;
    for (int j = 0; j < width; j++) {
      if (!Double.isFinite(matrix.get(j, j))) {
        throw failed(new NonFiniteInputException(j));
      }
    }
  }

  /**
   * Adds other statistics.
   *
   * @param other statistics of the same width, with a Gram matrix if this gathers one
   * @throws IllegalArgumentException if they do not fit
   * @throws IllegalStateException if this was closed, or has failed, or the scope of the others'
   *     Gram matrix is closed
   */
  public void add(InputStatistics other) {
    requireUsable();
    if (other.width() != width || (gram.isPresent() && other.gram().isEmpty())) {
      throw new IllegalArgumentException(
          "statistics of "
              + other.width()
              + " inputs "
              + (other.gram().isPresent() ? "with" : "without")
              + " Gram matrix cannot be added to those of "
              + width);
    }
    flush();
    gram.ifPresent(matrix -> other.gram().ifPresent(matrix::add));
    double[] otherSums = other.sums();
    double[] otherSquares = other.sumsOfSquares();
    for (int i = 0; i < width; i++) {
      sums[i] += otherSums[i];
      sumsOfSquares[i] += otherSquares[i];
    }
    tokens += other.tokens();
    samples += other.samples();
    sampleWeight += other.sampleWeight();
  }

  /**
   * Copies what has been gathered so far.
   *
   * @param owner owns the native memory of the copy
   * @return a snapshot
   * @throws NonFiniteInputException if the inputs are too large for a Gram matrix
   * @throws IllegalStateException if this was closed, or has failed
   */
  public InputStatistics snapshot(TensorScope owner) {
    requireUsable();
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

  /** Frees the memory; snapshots keep theirs. */
  @Override
  public void close() {
    unusable = "the accumulator is closed";
    scope.close();
  }
}
