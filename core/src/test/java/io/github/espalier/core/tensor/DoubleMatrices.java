package io.github.espalier.core.tensor;

import java.util.Random;

/** Matrices of binary64 test values. */
final class DoubleMatrices {
  private DoubleMatrices() {}

  static double[][] random(int rows, int columns, Random random) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return values;
  }

  static DoubleMatrix of(double[][] values, TensorScope scope) {
    DoubleMatrix matrix = DoubleMatrix.zeros(values.length, values[0].length, scope);
    for (int i = 0; i < values.length; i++) {
      matrix.put(i, 0, values[i], 0, values[i].length);
    }
    return matrix;
  }

  static double[][] toArrays(DoubleMatrix matrix) {
    double[][] values = new double[matrix.rows()][matrix.columns()];
    for (int i = 0; i < values.length; i++) {
      matrix.get(i, 0, values[i], 0, values[i].length);
    }
    return values;
  }

  static double[][] transpose(double[][] values) {
    double[][] turned = new double[values[0].length][values.length];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < turned.length; j++) {
        turned[j][i] = values[i][j];
      }
    }
    return turned;
  }

  static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int l = 0; l < b.length; l++) {
        for (int j = 0; j < b[0].length; j++) {
          product[i][j] += a[i][l] * b[l][j];
        }
      }
    }
    return product;
  }
}
