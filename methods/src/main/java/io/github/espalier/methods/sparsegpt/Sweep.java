package io.github.espalier.methods.sparsegpt;

import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import io.github.espalier.core.tensor.MatrixProducts.Use;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.Workspace;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntBinaryOperator;

/**
 * Goes over the columns of a weight matrix from left to right, prunes, and spreads each column's
 * error over the columns to its right: {@code w_k -= w_j / U_jj * U_jk}.
 *
 * <p>Within a block of columns that is done at once, by plain loops; for the columns beyond, the
 * errors of the block are gathered and subtracted in one product. The matrix is held transposed, so
 * that the loops run along outputs. Outputs do not depend on each other once it is known what is
 * pruned; so they are taken in strips that stay in the cache. All arrays of a loop have the same
 * index, without which the virtual machine makes no vector instructions of it.
 *
 * <p>Used once, by one thread.
 */
final class Sweep {
  private static final int STRIP = 512;

  private final FloatMatrix columns;
  private final FloatMatrix upper;
  private final int[] order;
  private final int blockSize;
  private final Optional<boolean[]> given;
  private final float[][] strip;
  private final float[][] stripPruned;
  private final float[] stripError = new float[STRIP];
  private final float[][] pruned;
  private final int[] keys;
  private double loss;

  /**
   * Prepares for a matrix.
   *
   * @param columns the weights, a row for each input in the order of pruning; changed
   * @param upper the factor of the inverse Hessian
   * @param order the input that each row of {@code columns} is
   * @param given weights that must be pruned, in the layout of {@code columns}
   */
  Sweep(
      FloatMatrix columns,
      FloatMatrix upper,
      int[] order,
      int blockSize,
      Optional<boolean[]> given) {
    this.columns = columns;
    this.upper = upper;
    this.order = order;
    this.blockSize = Math.min(blockSize, columns.rows());
    this.given = given;
    this.strip = new float[this.blockSize][STRIP];
    this.stripPruned = new float[this.blockSize][STRIP];
    this.pruned = new float[this.blockSize][columns.columns()];
    this.keys = new int[this.blockSize * Math.max(STRIP, columns.columns())];
  }

  /** Half the sum of the squared errors, in the scale of the factor. */
  double loss() {
    return loss;
  }

  /**
   * Prunes weights of whole blocks, ranked against each other.
   *
   * @param counts tells how many go, from the number of weights before the block and in it
   */
  void prune(IntBinaryOperator counts, boolean withTies, MaskBuilder mask, Workspace workspace) {
    int rows = columns.columns();
    FloatMatrix errors = workspace.take(blockSize, rows);
    for (int first = 0; first < columns.rows(); first += blockSize) {
      int width = Math.min(blockSize, columns.rows() - first);
      rank(first, width);
      float[][] block = width == pruned.length ? pruned : Arrays.copyOf(pruned, width);
      Chooser.smallest(keys, rows, counts.applyAsInt(first, width), withTies, block);
      for (int row = 0; row < rows; row += STRIP) {
        int length = Math.min(STRIP, rows - row);
        load(first, width, row, length);
        for (int j = 0; j < width; j++) {
          System.arraycopy(pruned[j], row, stripPruned[j], 0, length);
          step(first, j, width, length);
          errors.put(j, row, stripError, 0, length);
        }
        store(first, width, row, length);
      }
      finish(first, width, errors, mask);
    }
  }

  /** Prunes weights of each output in groups of columns. */
  void prune(int zeros, int groupSize, MaskBuilder mask, Workspace workspace) {
    int rows = columns.columns();
    FloatMatrix errors = workspace.take(blockSize, rows);
    for (int first = 0; first < columns.rows(); first += blockSize) {
      int width = Math.min(blockSize, columns.rows() - first);
      for (int row = 0; row < rows; row += STRIP) {
        int length = Math.min(STRIP, rows - row);
        load(first, width, row, length);
        for (int j = 0; j < width; j++) {
          if (j % groupSize == 0) {
            for (int k = j; k < j + groupSize; k++) {
              divide(strip[k], upper.get(first + k, first + k), stripError, length);
              keys(first + k, row, length, (k - j) * STRIP);
            }
            Chooser.group(keys, STRIP, length, groupSize, zeros, stripPruned, j);
          }
          step(first, j, width, length);
          errors.put(j, row, stripError, 0, length);
        }
        for (int j = 0; j < width; j++) {
          System.arraycopy(stripPruned[j], 0, pruned[j], row, length);
        }
        store(first, width, row, length);
      }
      finish(first, width, errors, mask);
    }
  }

  /** Computes the keys of a block. */
  private void rank(int first, int width) {
    int rows = columns.columns();
    float[] weights = new float[rows];
    float[] scores = new float[rows];
    for (int j = 0; j < width; j++) {
      columns.get(first + j, 0, weights, 0, rows);
      divide(weights, upper.get(first + j, first + j), scores, rows);
      Chooser.keys(scores, rows, keys, j * rows);
      force(first + j, 0, rows, j * rows);
    }
  }

  private void keys(int column, int row, int length, int at) {
    Chooser.keys(stripError, length, keys, at);
    force(column, row, length, at);
  }

  /** Sets the keys of weights that must go. */
  private void force(int column, int row, int length, int at) {
    if (given.isPresent()) {
      boolean[] must = given.get();
      int from = column * columns.columns() + row;
      for (int i = 0; i < length; i++) {
        if (must[from + i]) {
          keys[at + i] = 0;
        }
      }
    }
  }

  private void load(int first, int width, int row, int length) {
    for (int j = 0; j < width; j++) {
      columns.get(first + j, row, strip[j], 0, length);
    }
  }

  private void store(int first, int width, int row, int length) {
    for (int j = 0; j < width; j++) {
      columns.put(first + j, row, strip[j], 0, length);
    }
  }

  /** Prunes a column of the strip, leaves its errors, and spreads them within the block. */
  private void step(int first, int j, int width, int length) {
    int column = first + j;
    float[] uses = new float[width - j];
    upper.get(column, column, uses, 0, uses.length);
    error(strip[j], stripPruned[j], uses[0], stripError, length);
    clear(strip[j], stripPruned[j], length);
    for (int k = j + 1; k < width; k++) {
      float factor = uses[k - j];
      if (factor != 0) {
        subtract(strip[k], stripError, factor, length);
      }
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) stripError[i] * stripError[i];
    }
    loss += sum / 2;
  }

  private static void divide(float[] weights, float divisor, float[] scores, int length) {
    for (int i = 0; i < length; i++) {
      scores[i] = weights[i] / divisor;
    }
  }

  private static void error(
      float[] weights, float[] pruned, float divisor, float[] errors, int length) {
    for (int i = 0; i < length; i++) {
      errors[i] = weights[i] * pruned[i] / divisor;
    }
  }

  private static void clear(float[] weights, float[] pruned, int length) {
    for (int i = 0; i < length; i++) {
      weights[i] -= weights[i] * pruned[i];
    }
  }

  private static void subtract(float[] weights, float[] errors, float factor, int length) {
    for (int i = 0; i < length; i++) {
      weights[i] -= errors[i] * factor;
    }
  }

  /** Marks what was pruned, and updates the columns beyond the block. */
  private void finish(int first, int width, FloatMatrix errors, MaskBuilder mask) {
    int inputs = columns.rows();
    for (int j = 0; j < width; j++) {
      float[] column = pruned[j];
      for (int i = 0; i < columns.columns(); i++) {
        if (column[i] != 0) {
          mask.prune((long) i * inputs + order[first + j]);
        }
      }
    }
    update(first, width, errors);
  }

  /** Subtracts the block's errors from the columns beyond, in parts of a fixed size. */
  private void update(int first, int width, FloatMatrix errors) {
    int next = first + width;
    int beyond = columns.rows() - next;
    FloatMatrix blockErrors = errors.rows(0, width);
    TaskRunner.COMMON_POOL.run(
        (beyond + STRIP - 1) / STRIP,
        part -> {
          int start = next + part * STRIP;
          int length = Math.min(STRIP, columns.rows() - start);
          MatrixProducts.multiply(
              -1f,
              upper.rows(first, width).columns(start, length),
              Use.TRANSPOSED,
              blockErrors,
              Use.PLAIN,
              1f,
              columns.rows(start, length));
        });
  }
}
