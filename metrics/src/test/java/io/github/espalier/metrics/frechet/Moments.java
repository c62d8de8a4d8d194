package io.github.espalier.metrics.frechet;

import io.github.espalier.metrics.feature.FeatureAccumulator;
import io.github.espalier.metrics.feature.FeatureMoments;
import java.util.Random;

/** Distributions for tests. */
final class Moments {
  private Moments() {}

  /** Vectors whose features are mixed, so that the covariance is full. */
  static double[][] vectors(int count, int width, Random random) {
    double[][] mix = new double[width][width];
    for (double[] row : mix) {
      for (int j = 0; j < width; j++) {
        row[j] = random.nextGaussian();
      }
    }
    double[][] vectors = new double[count][width];
    for (double[] vector : vectors) {
      for (int l = 0; l < width; l++) {
        double value = random.nextGaussian() / (1 + l);
        for (int j = 0; j < width; j++) {
          vector[j] += value * mix[l][j];
        }
      }
    }
    return vectors;
  }

  static FeatureMoments of(double[]... vectors) {
    FeatureAccumulator accumulator = new FeatureAccumulator(vectors[0].length);
    for (double[] vector : vectors) {
      accumulator.add(vector);
    }
    return accumulator.snapshot().moments();
  }

  static FeatureMoments diagonal(double[] mean, double... variances) {
    double[][] covariance = new double[mean.length][mean.length];
    for (int i = 0; i < mean.length; i++) {
      covariance[i][i] = variances[i];
    }
    return FeatureMoments.of(mean, covariance);
  }

  /** The product of some reflections, which is orthogonal. */
  static double[][] orthogonal(int width, Random random) {
    double[][] matrix = new double[width][width];
    for (int i = 0; i < width; i++) {
      matrix[i][i] = 1;
    }
    for (int times = 0; times < 3; times++) {
      reflect(matrix, random);
    }
    return matrix;
  }

  private static void reflect(double[][] matrix, Random random) {
    int width = matrix.length;
    double[] axis = new double[width];
    double squares = 0;
    for (int j = 0; j < width; j++) {
      axis[j] = random.nextGaussian();
      squares += axis[j] * axis[j];
    }
    for (double[] row : matrix) {
      double along = 0;
      for (int j = 0; j < width; j++) {
        along += row[j] * axis[j];
      }
      for (int j = 0; j < width; j++) {
        row[j] -= 2 * along / squares * axis[j];
      }
    }
  }

  static double[][] times(double[][] vectors, double[][] matrix) {
    int width = matrix[0].length;
    double[][] product = new double[vectors.length][width];
    for (int i = 0; i < vectors.length; i++) {
      for (int l = 0; l < matrix.length; l++) {
        for (int j = 0; j < width; j++) {
          product[i][j] += vectors[i][l] * matrix[l][j];
        }
      }
    }
    return product;
  }

  /** {@code factor * x + shift}. */
  static double[][] moved(double[][] vectors, double factor, double[] shift) {
    double[][] moved = new double[vectors.length][shift.length];
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < shift.length; j++) {
        moved[i][j] = factor * vectors[i][j] + shift[j];
      }
    }
    return moved;
  }

  static double trace(FeatureMoments moments) {
    double trace = 0;
    for (int i = 0; i < moments.width(); i++) {
      trace += moments.covariance(i, i);
    }
    return trace;
  }
}
