package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpectraTest {
  private final TensorScope scope = new TensorScope();

  @AfterEach
  void free() {
    scope.close();
  }

  private FloatMatrix matrix(int rows, int columns, float... values) {
    return FloatMatrix.of(scope.matrix(rows, columns, values));
  }

  @Test
  void ofDiagonalMatrices() {
    assertThat(Spectra.squaredSingularValues(matrix(2, 3, 0, 3, 0, -2, 0, 0)))
        .containsExactly(4, 9);
    assertThat(Spectra.squaredSingularValues(matrix(3, 2, 0, 3, 0, 0, -2, 0)))
        .containsExactly(4, 9);
    assertThat(Spectra.squaredSingularValues(matrix(1, 2, 3, 4))).containsExactly(25);
  }

  /** The eigenvalues of [[2, 1], [1, 2]] are 1 and 3. */
  @Test
  void ofAViewWithGaps() {
    FloatMatrix wide = matrix(2, 4, 9, 2, 1, 9, 9, 1, 2, 9);
    double[] values = Spectra.squaredSingularValues(wide.columns(1, 2));
    assertThat(values[0]).isCloseTo(1, within(1e-14));
    assertThat(values[1]).isCloseTo(9, within(1e-14));
  }

  /**
   * Power sums of the eigenvalues are traces of powers of the Gram matrix. Errors of eigenvalues
   * are of the order of n eps times the largest.
   */
  @ParameterizedTest
  @CsvSource({"7, 5", "5, 7", "40, 40", "30, 200", "300, 130"})
  void tracesOfPowers(int rows, int columns) {
    Random random = new Random(rows);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    double[] found = Spectra.squaredSingularValues(matrix(rows, columns, values));

    assertThat(found).hasSize(Math.min(rows, columns)).isSorted();
    double[][] power = identity(columns);
    for (int k = 1; k <= 3; k++) {
      power = timesGram(power, values, rows, columns);
      double trace = 0;
      for (int i = 0; i < columns; i++) {
        trace += power[i][i];
      }
      double sum = 0;
      for (double value : found) {
        sum += Math.pow(value, k);
      }
      assertThat(sum / trace).isCloseTo(1, within(1e-12));
    }
  }

  private static double[][] identity(int size) {
    double[][] identity = new double[size][size];
    for (int i = 0; i < size; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  private static double[][] timesGram(double[][] left, float[] values, int rows, int columns) {
    double[][] result = new double[columns][columns];
    for (int i = 0; i < columns; i++) {
      for (int t = 0; t < rows; t++) {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
          sum += left[i][j] * values[t * columns + j];
        }
        for (int j = 0; j < columns; j++) {
          result[i][j] += sum * values[t * columns + j];
        }
      }
    }
    return result;
  }

  @Test
  void noneIsNegative() {
    float[] equal = new float[6 * 5];
    Arrays.fill(equal, 1.1f);
    double[] values = Spectra.squaredSingularValues(matrix(6, 5, equal));
    assertThat(values[0]).isBetween(0.0, 1e-13);
    assertThat(values[4]).isCloseTo(30 * (double) 1.1f * 1.1f, within(1e-12));
  }

  @Test
  void badMatricesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Spectra.squaredSingularValues(matrix(1, 2, 1, 2).rows(0, 0)))
        .withMessage("a matrix of 0x2 has no singular values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Spectra.squaredSingularValues(matrix(1, 2, 1, Float.NaN)))
        .withMessage("a matrix of 1x2 has NaN in row 0, column 1");
  }
}
