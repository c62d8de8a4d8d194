package io.github.espalier.core.tensor;

import java.util.Random;

/** Matrices of test values, and views that have neighbours on all sides. */
final class Matrices {
  private Matrices() {}

  /** Takes a matrix from the workspace and fills it with numbers between -1 and 1. */
  static FloatMatrix random(Workspace workspace, int rows, int columns, Random random) {
    FloatMatrix matrix = workspace.take(rows, columns);
    for (int i = 0; i < rows; i++) {
      float[] row = new float[columns];
      for (int j = 0; j < columns; j++) {
        row[j] = 2 * random.nextFloat() - 1;
      }
      matrix.put(i, 0, row, 0, columns);
    }
    return matrix;
  }

  /** Takes a matrix of 0, 1, 2 and so on. */
  static FloatMatrix counting(Workspace workspace, int rows, int columns) {
    FloatMatrix matrix = workspace.take(rows, columns);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    matrix.put(0, 0, values, 0, values.length);
    return matrix;
  }

  /** Views the middle of a matrix that is larger by the margin on all sides. */
  static FloatMatrix inner(FloatMatrix matrix, int margin) {
    return matrix
        .rows(margin, matrix.rows() - 2 * margin)
        .columns(margin, matrix.columns() - 2 * margin);
  }
}
