package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiledProductsTest {
  /** Sums of a few hundred products of standard normal numbers, each rounded to 2^-53. */
  private static final double TOLERANCE = 1e-12;

  private final TensorScope scope = new TensorScope();

  @AfterEach
  void free() {
    scope.close();
  }

  private static void assertClose(double[][] actual, double[][] expected, boolean upperOnly) {
    for (int i = 0; i < expected.length; i++) {
      for (int j = upperOnly ? i : 0; j < expected[i].length; j++) {
        assertThat(actual[i][j]).isCloseTo(expected[i][j], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 7", "513, 40, 600", "512, 30, 1025"})
  void products(int m, int k, int n) {
    double[][] a = DoubleMatrices.random(m, k, new Random(m));
    double[][] b = DoubleMatrices.random(n, k, new Random(n + 1L));
    DoubleMatrix result = DoubleMatrix.zeros(m, n, scope);
    TiledProducts.multiplyTransposed(
        DoubleMatrices.of(a, scope), DoubleMatrices.of(b, scope), result, TaskRunner.COMMON_POOL);
    assertClose(
        DoubleMatrices.toArrays(result),
        DoubleMatrices.product(a, DoubleMatrices.transpose(b)),
        false);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "40, 513"})
  void gramMatrices(int k, int n) {
    double[][] a = DoubleMatrices.random(k, n, new Random(n));
    DoubleMatrix result = DoubleMatrix.zeros(n, n, scope);
    TiledProducts.gram(DoubleMatrices.of(a, scope), result, TaskRunner.COMMON_POOL);
    assertClose(
        DoubleMatrices.toArrays(result),
        DoubleMatrices.product(DoubleMatrices.transpose(a), a),
        true);
  }

  @Test
  void byNd4jAsByOpenBlas() {
    double[][] a = DoubleMatrices.random(4, 3, new Random(1));
    double[][] b = DoubleMatrices.random(4, 5, new Random(2));
    double[][] old = DoubleMatrices.random(3, 5, new Random(3));
    DoubleMatrix first = DoubleMatrices.of(old, scope);
    DoubleMatrix second = DoubleMatrices.of(old, scope);
    MatrixProducts.multiply(
        2,
        DoubleMatrices.of(a, scope),
        MatrixProducts.Use.TRANSPOSED,
        DoubleMatrices.of(b, scope),
        MatrixProducts.Use.PLAIN,
        -1,
        first);
    MatrixProducts.multiplyByNd4j(
        2, DoubleMatrices.of(a, scope), true, DoubleMatrices.of(b, scope), false, -1, second);
    double[][] expected = DoubleMatrices.product(DoubleMatrices.transpose(a), b);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 5; j++) {
        expected[i][j] = 2 * expected[i][j] - old[i][j];
      }
    }
    assertClose(DoubleMatrices.toArrays(first), expected, false);
    assertClose(DoubleMatrices.toArrays(second), expected, false);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    DoubleMatrix a = DoubleMatrix.zeros(2, 3, scope);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TiledProducts.multiplyTransposed(a, a, a, TaskRunner.CALLER))
        .withMessageContaining("does not fit a matrix of 2x3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TiledProducts.gram(a, a, TaskRunner.CALLER))
        .withMessage("the Gram matrix of a matrix of 2x3 does not fit a matrix of 2x3");
  }
}
