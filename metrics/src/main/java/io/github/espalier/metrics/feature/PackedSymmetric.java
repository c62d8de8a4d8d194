package io.github.espalier.metrics.feature;

import io.github.espalier.core.tensor.DoubleMatrix;
import java.util.Objects;

/** The upper triangle of a symmetric matrix, row after row. */
final class PackedSymmetric {
  /** A full matrix in native memory has at most 2 GiB. */
  static final int MOST_ROWS = (int) Math.sqrt(DoubleMatrix.MOST_ELEMENTS);

  private final int size;
  private final double[] values;

  PackedSymmetric(int size) {
    this(size, new double[Math.toIntExact((long) size * (size + 1) / 2)]);
  }

  private PackedSymmetric(int size, double[] values) {
    this.size = size;
    this.values = values;
  }

  static void requireWidth(int width) {
    if (width < 1 || width > MOST_ROWS) {
      throw new IllegalArgumentException(
          "width is " + width + ", but must be from 1 to " + MOST_ROWS);
    }
  }

  int size() {
    return size;
  }

  /** Where the part of a row from the diagonal on starts. */
  private int start(int row) {
    return (int) ((long) row * size - (long) row * (row - 1) / 2);
  }

  double get(int row, int column) {
    Objects.checkIndex(row, size);
    Objects.checkIndex(column, size);
    int low = Math.min(row, column);
    return values[start(low) + Math.max(row, column) - low];
  }

  void set(int row, int column, double value) {
    int low = Math.min(row, column);
    values[start(low) + Math.max(row, column) - low] = value;
  }

  /** Copies a whole row. */
  void get(int row, double[] target) {
    Objects.checkIndex(row, size);
    for (int j = 0; j < row; j++) {
      target[j] = values[start(j) + row - j];
    }
    System.arraycopy(values, start(row), target, row, size - row);
  }

  /** Adds {@code factor * delta delta^T}. */
  void addOuter(double factor, double[] delta) {
    int at = 0;
    for (int i = 0; i < size; i++) {
      double scaled = factor * delta[i];
      for (int j = i; j < size; j++) {
        values[at++] += scaled * delta[j];
      }
    }
  }

  void add(PackedSymmetric other) {
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
  }

  /** Adds the upper triangle of a full matrix. */
  void add(DoubleMatrix full) {
    double[] row = new double[size];
    int at = 0;
    for (int i = 0; i < size; i++) {
      full.get(i, i, row, 0, size - i);
      for (int j = 0; j < size - i; j++) {
        values[at++] += row[j];
      }
    }
  }

  PackedSymmetric scaled(double factor) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = factor * values[i];
    }
    return new PackedSymmetric(size, scaled);
  }
}
