package io.github.espalier.core.tensor;

import io.github.espalier.core.tensor.MatrixProducts.Use;
import java.util.function.IntConsumer;

/**
 * Large products in binary64, tile by tile. Each tile is computed by OpenBLAS on one thread, so
 * that the result does not depend on the runner, and several threads gain what they should.
 * Stateless.
 */
public final class TiledProducts {
  private static final int TILE = 512;

  private TiledProducts() {}

  /**
   * Computes {@code result = a b^T}.
   *
   * @param a m x k
   * @param b n x k
   * @param result m x n, receives the product; shares no memory with the operands
   * @param runner runs the tiles
   * @throws IllegalArgumentException if the shapes do not fit, or an operand has no elements
   */
  public static void multiplyTransposed(
      DoubleMatrix a, DoubleMatrix b, DoubleMatrix result, TaskRunner runner) {
    if (a.rows() != result.rows() || b.rows() != result.columns()) {
      throw new IllegalArgumentException(a + " times transposed " + b + " does not fit " + result);
    }
    int down = tiles(a.rows());
    int across = tiles(b.rows());
    inTiles(
        down * across,
        runner,
        task -> {
          int row = task / across;
          int column = task % across;
          MatrixProducts.multiply(
              1,
              a.rows(row * TILE, length(row, a.rows())),
              Use.PLAIN,
              b.rows(column * TILE, length(column, b.rows())),
              Use.TRANSPOSED,
              0,
              tile(result, row, column));
        });
  }

  /**
   * Computes the upper triangle of {@code result = a^T a}; what is below is undefined.
   *
   * @param a k x n
   * @param result n x n, receives the product; shares no memory with {@code a}
   * @param runner runs the tiles
   * @throws IllegalArgumentException if the shapes do not fit, or {@code a} has no elements
   */
  public static void gram(DoubleMatrix a, DoubleMatrix result, TaskRunner runner) {
    int size = a.columns();
    if (size != result.rows() || size != result.columns()) {
      throw new IllegalArgumentException("the Gram matrix of " + a + " does not fit " + result);
    }
    int across = tiles(size);
    inTiles(
        across * across,
        runner,
        task -> {
          int row = task / across;
          int column = task % across;
          if (row <= column) {
            MatrixProducts.multiply(
                1,
                a.columns(row * TILE, length(row, size)),
                Use.TRANSPOSED,
                a.columns(column * TILE, length(column, size)),
                Use.PLAIN,
                0,
                tile(result, row, column));
          }
        });
  }

  private static void inTiles(int tasks, TaskRunner runner, IntConsumer body) {
    Blas.enterSingleThread();
    try {
      runner.run(tasks, body);
    } finally {
      Blas.leave();
    }
  }

  private static int tiles(int extent) {
    return (extent + TILE - 1) / TILE;
  }

  private static int length(int tile, int extent) {
    return Math.min(TILE, extent - tile * TILE);
  }

  private static DoubleMatrix tile(DoubleMatrix matrix, int row, int column) {
    return matrix
        .rows(row * TILE, length(row, matrix.rows()))
        .columns(column * TILE, length(column, matrix.columns()));
  }
}
