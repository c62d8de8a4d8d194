package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymmetricFactorTest {
  private final TensorScope scope = new TensorScope();

  @AfterEach
  void free() {
    scope.close();
  }

  private double[][] factor(double[][] matrix) {
    return DoubleMatrices.toArrays(SymmetricFactor.of(DoubleMatrices.of(matrix, scope), scope));
  }

  /** Errors are of the order of the size times 2^-53 times the largest element. */
  private static void assertClose(double[][] actual, double[][] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected.length; j++) {
        assertThat(actual[i][j]).isCloseTo(expected[i][j], within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "40, 40", "90, 25", "300, 299"})
  void hasAsManyRowsAsTheMatrixHasRank(int size, int rank) {
    double[][] rows = DoubleMatrices.random(rank, size, new Random(size));
    double[][] matrix = DoubleMatrices.product(DoubleMatrices.transpose(rows), rows);

    double[][] factor = factor(matrix);

    assertThat(factor).hasNumberOfRows(rank);
    double[][] back = DoubleMatrices.product(DoubleMatrices.transpose(factor), factor);
    assertClose(back, matrix, 1e-13 * size * rank);
  }

  @Test
  void getsSmallerFromRowToRow() {
    double[][] factor = factor(new double[][] {{4, 0, 0}, {0, 25, 0}, {0, 0, 9}});
    assertThat(factor).isDeepEqualTo(new double[][] {{0, 5, 0}, {0, 0, 3}, {2, 0, 0}});
  }

  @Test
  void ofZerosIsARowOfZeros() {
    assertThat(factor(new double[2][2])).isDeepEqualTo(new double[][] {{0, 0}});
  }

  /** The eigenvalues are 3 and -1, the eigenvector of 3 is (1, 1) / sqrt(2). */
  @Test
  void ofAnIndefiniteMatrixIsThatOfItsPositivePart() {
    double[][] factor = factor(new double[][] {{1, 2}, {2, 1}});
    assertThat(factor).hasNumberOfRows(1);
    double[][] back = DoubleMatrices.product(DoubleMatrices.transpose(factor), factor);
    assertClose(back, new double[][] {{1.5, 1.5}, {1.5, 1.5}}, 1e-14);
  }

  /** As a matrix rounded to binary32 is: pivots of noise must not be divided by. */
  @Test
  void noiseBeyondRoundingDoesNoHarm() {
    int size = 60;
    Random random = new Random(5);
    double[][] rows = DoubleMatrices.random(20, size, random);
    double[][] matrix = DoubleMatrices.product(DoubleMatrices.transpose(rows), rows);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        matrix[i][j] = (float) matrix[i][j];
      }
    }
    double[][] factor = factor(matrix);
    double[][] back = DoubleMatrices.product(DoubleMatrices.transpose(factor), factor);
    // The largest elements are about 50, so each is off by up to 2^-19, and the norm of what is
    // cut off is at most some multiples of the square root of the size times that.
    assertClose(back, matrix, 1e-4);
  }

  @Test
  void onlySquareMatricesHaveOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SymmetricFactor.of(DoubleMatrix.zeros(2, 3, scope), scope))
        .withMessage("a matrix of 2x3 is not symmetric");
  }

  @Test
  void eigenvaluesOfAGradedMatrixAreAccurate() {
    // diag(1, 1e-8, 1e-16) turned by small angles only: eigenvalues from exact arithmetic are
    // within 1e-16 relative of the diagonal.
    double[][] matrix = {{1, 1e-20, 1e-28}, {1e-20, 1e-8, 1e-30}, {1e-28, 1e-30, 1e-16}};
    double[] values = Spectra.eigenvalues(DoubleMatrices.of(matrix, scope));
    assertThat(values[0] / 1e-16).isCloseTo(1, within(1e-14));
    assertThat(values[1] / 1e-8).isCloseTo(1, within(1e-14));
    assertThat(values[2]).isCloseTo(1, within(1e-15));
  }

  /** The squares are the eigenvalues of the Gram matrix, 45 and 5, and 0 for the second. */
  @Test
  void singularValues() {
    double[] values =
        Spectra.singularValues(DoubleMatrices.of(new double[][] {{3, 0, 0}, {4, 5, 0}}, scope));
    assertThat(values[0]).isCloseTo(Math.sqrt(5), within(1e-14));
    assertThat(values[1]).isCloseTo(Math.sqrt(45), within(1e-14));
    double[] third =
        Spectra.singularValues(DoubleMatrices.of(new double[][] {{1, 2}, {1, 2}}, scope));
    assertThat(third[0]).isCloseTo(0, within(1e-15));
    assertThat(third[1]).isCloseTo(Math.sqrt(10), within(1e-14));
  }
}
