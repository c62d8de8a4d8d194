package io.github.espalier.core.tensor;

import org.bytedeco.openblas.global.openblas;

/**
 * Inverse Cholesky factors in binary32, tile by tile. Each tile is computed by OpenBLAS on one
 * thread, so that the result does not depend on how many there are, and several threads gain what
 * they should; OpenBLAS's own threads lose more than they gain on a busy machine.
 */
final class TiledCholesky {
  private static final int TILE = 512;
  private static final byte UPPER = 'U';
  private static final byte NOT_UNIT = 'N';

  private final FloatMatrix matrix;
  private final TaskRunner runner;
  private final int tiles;

  private TiledCholesky(FloatMatrix matrix, TaskRunner runner) {
    this.matrix = matrix;
    this.runner = runner;
    this.tiles = (matrix.rows() + TILE - 1) / TILE;
  }

  /**
   * Replaces the lower triangle of a matrix L L^T by that of L^-1, and what is above it by zeros.
   *
   * @param matrix a contiguous square matrix
   * @param runner runs the tiles
   * @return false if the matrix is not positive definite; it holds nothing of use then
   */
  static boolean invertFactor(FloatMatrix matrix, TaskRunner runner) {
    Blas.enterSingleThread();
    try {
      TiledCholesky work = new TiledCholesky(matrix, runner);
      return work.factor() && work.invert();
    } finally {
      Blas.leave();
    }
  }

  private int start(int tile) {
    return tile * TILE;
  }

  private int length(int tile) {
    return Math.min(TILE, matrix.rows() - start(tile));
  }

  private FloatMatrix tile(int row, int column) {
    return matrix.rows(start(row), length(row)).columns(start(column), length(column));
  }

  /** Factors tile column by tile column, and subtracts each one's part from those behind it. */
  private boolean factor() {
    for (int k = 0; k < tiles; k++) {
      int column = k;
      FloatMatrix diagonal = tile(k, k);
      // What is the lower triangle by rows is the upper one by columns, as LAPACK sees it.
      if (openblas.LAPACKE_spotrf(
              openblas.LAPACK_COL_MAJOR,
              UPPER,
              diagonal.rows(),
              diagonal.pointer(),
              diagonal.stride())
          != 0) {
        return false;
      }
      clearAbove(k);
      int behind = tiles - k - 1;
      runner.run(behind, i -> solveRight(tile(column + 1 + i, column), diagonal));
      runner.run(behind * (behind + 1) / 2, task -> subtract(column, task));
    }
    return true;
  }

  /** Subtracts the product of two tiles of a column; the tasks number a triangle by rows. */
  private void subtract(int column, int task) {
    int row = 0;
    int left = task;
    while (left > row) {
      left -= ++row;
    }
    FloatMatrix a = tile(column + 1 + row, column);
    FloatMatrix b = tile(column + 1 + left, column);
    FloatMatrix to = tile(column + 1 + row, column + 1 + left);
    MatrixProducts.multiply(
        -1f, a, MatrixProducts.Use.PLAIN, b, MatrixProducts.Use.TRANSPOSED, 1f, to);
  }

  private void clearAbove(int tile) {
    float[] zeros = new float[matrix.columns()];
    for (int i = start(tile); i < start(tile) + length(tile); i++) {
      matrix.put(i, i + 1, zeros, 0, matrix.columns() - i - 1);
    }
  }

  /**
   * Inverts tile row by tile row: with the rows above inverted, a tile is {@code -L_ii^-1} times
   * the sum of {@code L_ik X_kj} over the tiles k from j on.
   */
  private boolean invert() {
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix copy = FloatMatrix.of(scope.zeros(Math.min(TILE, matrix.rows()), matrix.rows()));
      for (int i = 0; i < tiles; i++) {
        int row = i;
        FloatMatrix diagonal = tile(i, i);
        FloatMatrix before = copy.rows(0, length(i)).columns(0, start(i));
        before.copyAll(matrix.rows(start(i), length(i)).columns(0, start(i)));
        runner.run(
            i,
            j -> {
              int between = start(row) - start(j);
              FloatMatrix to = tile(row, j);
              MatrixProducts.multiply(
                  -1f,
                  before.columns(start(j), between),
                  MatrixProducts.Use.PLAIN,
                  matrix.rows(start(j), between).columns(start(j), length(j)),
                  MatrixProducts.Use.PLAIN,
                  0f,
                  to);
              solveLeft(diagonal, to);
            });
        if (openblas.LAPACKE_strtri(
                openblas.LAPACK_COL_MAJOR,
                UPPER,
                NOT_UNIT,
                diagonal.rows(),
                diagonal.pointer(),
                diagonal.stride())
            != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Replaces a tile A by A L^-T. */
  private static void solveRight(FloatMatrix tile, FloatMatrix lower) {
    solve(tile, lower, openblas.CblasRight, openblas.CblasTrans);
  }

  /** Replaces a tile A by L^-1 A. */
  private static void solveLeft(FloatMatrix lower, FloatMatrix tile) {
    solve(tile, lower, openblas.CblasLeft, openblas.CblasNoTrans);
  }

  private static void solve(FloatMatrix tile, FloatMatrix lower, int side, int transposed) {
    openblas.cblas_strsm(
        openblas.CblasRowMajor,
        side,
        openblas.CblasLower,
        transposed,
        openblas.CblasNonUnit,
        tile.rows(),
        tile.columns(),
        1f,
        lower.pointer(),
        lower.stride(),
        tile.pointer(),
        tile.stride());
  }
}
