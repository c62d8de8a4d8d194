package io.github.espalier.methods.calibrated;

import io.github.espalier.core.mask.Mask;
import java.util.stream.IntStream;

/** The best weights that a mask allows, by Gaussian elimination in binary64. */
final class LeastSquares {
  private LeastSquares() {}

  /** The least output error of a layer with zeros where a mask has them. */
  static double error(CalibratedLayer layer, Mask mask) {
    int columns = layer.columns();
    double[] best = new double[layer.weights().length];
    for (int row = 0; row < layer.rows(); row++) {
      int start = row * columns;
      int[] kept = IntStream.range(0, columns).filter(j -> mask.isKept(start + j)).toArray();
      double[][] system = new double[kept.length][kept.length + 1];
      for (int i = 0; i < kept.length; i++) {
        for (int j = 0; j < kept.length; j++) {
          system[i][j] = layer.gram()[kept[i] * columns + kept[j]];
        }
        for (int j = 0; j < columns; j++) {
          system[i][kept.length] +=
              layer.gram()[kept[i] * columns + j] * layer.weights()[start + j];
        }
      }
      double[] solution = solve(system);
      for (int i = 0; i < kept.length; i++) {
        best[start + kept[i]] = solution[i];
      }
    }
    return layer.outputError(best);
  }

  private static double[] solve(double[][] system) {
    int size = system.length;
    for (int k = 0; k < size; k++) {
      for (int i = k + 1; i < size; i++) {
        double factor = system[i][k] / system[k][k];
        for (int j = k; j <= size; j++) {
          system[i][j] -= factor * system[k][j];
        }
      }
    }
    double[] solution = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      double rest = system[i][size];
      for (int j = i + 1; j < size; j++) {
        rest -= system[i][j] * solution[j];
      }
      solution[i] = rest / system[i][i];
    }
    return solution;
  }
}
