package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;

/** Copies of whole matrices that may have gaps between their rows. */
final class Rows {
  private Rows() {}

  /** Copies all elements to the start of an array. */
  static void get(FloatMatrix matrix, float[] target) {
    if (matrix.isContiguous()) {
      matrix.get(0, 0, target, 0, (int) matrix.elements());
      return;
    }
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.get(i, 0, target, i * matrix.columns(), matrix.columns());
    }
  }

  /** Copies the start of an array to all elements. */
  static void put(FloatMatrix matrix, float[] source) {
    if (matrix.isContiguous()) {
      matrix.put(0, 0, source, 0, (int) matrix.elements());
      return;
    }
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.put(i, 0, source, i * matrix.columns(), matrix.columns());
    }
  }
}
