package io.github.espalier.methods.ria;

import java.util.Arrays;

/**
 * The linear sum assignment problem: gives each row of a square matrix a column of its own, so that
 * the sum of the elements there is the largest possible.
 *
 * <p>Rows are assigned one after the other, each by a shortest path over the columns that
 * alternates between columns and the rows that have them, with potentials of rows and columns that
 * keep all lengths at 0 or more; so at most {@code n^3} steps are taken. Source: Jonker and
 * Volgenant, "A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment
 * Problems", Computing 38, 1987.
 */
final class Assignment {
  private static final int NONE = -1;

  private final double[][] gains;
  private final int size;
  private final double[] ofRow;
  private final double[] ofColumn;
  private final int[] columnOf;
  private final int[] rowOf;
  private final double[] distance;
  private final int[] before;
  private final int[] open;

  private Assignment(double[][] gains) {
    this.gains = gains;
    this.size = gains.length;
    this.ofRow = new double[size];
    this.ofColumn = new double[size];
    this.columnOf = new int[size];
    this.rowOf = new int[size];
    this.distance = new double[size];
    this.before = new int[size];
    this.open = new int[size];
  }

  /**
   * Solves the problem. Of several solutions it is always the same that is found.
   *
   * @param gains a square matrix of finite numbers
   * @return a column for each row
   */
  static int[] maximum(double[][] gains) {
    Assignment work = new Assignment(gains);
    work.start();
    for (int row = 0; row < work.size; row++) {
      if (work.columnOf[row] == NONE) {
        work.assign(row);
      }
    }
    return work.columnOf;
  }

  /** Potentials to begin with, and the assignments that cost nothing under them. */
  private void start() {
    Arrays.fill(columnOf, NONE);
    Arrays.fill(rowOf, NONE);
    Arrays.fill(ofColumn, Double.NEGATIVE_INFINITY);
    for (double[] row : gains) {
      for (int j = 0; j < size; j++) {
        ofColumn[j] = Math.max(ofColumn[j], row[j]);
      }
    }
    for (int i = 0; i < size; i++) {
      int nearest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < size; j++) {
        double each = ofColumn[j] - gains[i][j];
        if (each < least || (each == least && rowOf[nearest] != NONE && rowOf[j] == NONE)) {
          least = each;
          nearest = j;
        }
      }
      ofRow[i] = -least;
      if (rowOf[nearest] == NONE) {
        rowOf[nearest] = i;
        columnOf[i] = nearest;
      }
    }
  }

  /** Assigns a row, and others anew along the shortest path to a column that is free. */
  private void assign(int row) {
    Arrays.setAll(open, j -> j);
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    int left = size;
    int at = relax(row, 0, left);
    while (rowOf[open[at]] != NONE) {
      int column = open[at];
      open[at] = open[--left];
      open[left] = column;
      at = relax(rowOf[column], distance[column], left);
    }
    int end = open[at];
    ofRow[row] -= distance[end];
    for (int k = left; k < size; k++) {
      int column = open[k];
      double change = distance[end] - distance[column];
      ofColumn[column] += change;
      ofRow[rowOf[column]] -= change;
    }
    int column = end;
    int owner;
    do {
      owner = before[column];
      rowOf[column] = owner;
      int next = columnOf[owner];
      columnOf[owner] = column;
      column = next;
    } while (owner != row);
  }

  /**
   * Shortens the ways to the columns that are left by those over a row. An edge is as long as its
   * gain is less than the sum of the two potentials.
   *
   * @return where in the columns that are left the nearest one is
   */
  private int relax(int row, double so, int left) {
    double[] gain = gains[row];
    double base = so + ofRow[row];
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < left; k++) {
      int column = open[k];
      double way = base + ofColumn[column] - gain[column];
      if (way < distance[column]) {
        distance[column] = way;
        before[column] = row;
      }
      if (distance[column] < least) {
        least = distance[column];
        nearest = k;
      }
    }
    return nearest;
  }
}
