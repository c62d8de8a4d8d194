package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.tensor.Cholesky.Precision;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CholeskyTest {
  private static final int SIZE = 70;
  private static final double SCALE = 0.5;

  private final Random random = new Random(41);

  /** A well-conditioned matrix with a strong diagonal, in the order of rows. */
  private SymmetricMatrix matrix(TensorScope scope) {
    SymmetricMatrix matrix = SymmetricMatrix.zeros(SIZE, scope);
    for (int i = 0; i < SIZE; i++) {
      double[] row = random.doubles(SIZE - i, -1, 1).toArray();
      matrix.put(i, row);
    }
    return matrix;
  }

  private static double[] diagonal() {
    return IntStream.range(0, SIZE).mapToDouble(i -> 10 + i).toArray();
  }

  private static int[] reversed() {
    return IntStream.range(0, SIZE).map(i -> SIZE - 1 - i).toArray();
  }

  private static int[] natural() {
    return IntStream.range(0, SIZE).toArray();
  }

  /** The largest element of {@code U H U^T - I}, which is zero for the factor and only for it. */
  private static double error(
      FloatMatrix upper, SymmetricMatrix matrix, double[] diagonal, int[] order) {
    double[][] product = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < SIZE; k++) {
        for (int j = 0; j < SIZE; j++) {
          double element = k == j ? diagonal[order[k]] : SCALE * matrix.get(order[k], order[j]);
          product[i][j] += upper.get(i, k) * element;
        }
      }
    }
    double most = 0;
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        double sum = i == j ? -1 : 0;
        for (int k = 0; k < SIZE; k++) {
          sum += product[i][k] * upper.get(j, k);
        }
        most = Math.max(most, Math.abs(sum));
      }
    }
    return most;
  }

  @ParameterizedTest
  @EnumSource
  void factorTurnsTheMatrixIntoTheIdentity(Precision precision) {
    // 70 additions in binary32, or the rounding of the result to it; the condition is below 20.
    double tolerance = precision == Precision.FLOAT32 ? 1e-5 : 1e-6;
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix matrix = matrix(scope);
      for (int[] order : new int[][] {natural(), reversed()}) {
        FloatMatrix upper =
            Cholesky.ofInverse(matrix, SCALE, diagonal(), order, precision, scope).orElseThrow();

        assertThat(error(upper, matrix, diagonal(), order)).isLessThan(tolerance);
        for (int i = 0; i < SIZE; i++) {
          assertThat(upper.get(i, i)).isPositive();
          for (int j = 0; j < i; j++) {
            assertThat(upper.get(i, j)).isZero();
          }
        }
      }
    }
  }

  @Test
  void plainLoopGivesTheSameLowerTriangle() {
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix matrix = matrix(scope);
      FloatMatrix upper =
          Cholesky.ofInverse(matrix, SCALE, diagonal(), natural(), Precision.FLOAT64, scope)
              .orElseThrow();
      FloatMatrix lower = FloatMatrix.of(scope.zeros(SIZE, SIZE));

      assertThat(
              PlainCholesky.invertFactor(
                  new Cholesky.ReversedRows(matrix, SCALE, diagonal(), natural()), lower))
          .isTrue();

      for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
          float plain = lower.get(SIZE - 1 - i, SIZE - 1 - j);
          // Both are binary64 rounded once.
          assertThat(plain).isCloseTo(upper.get(i, j), within(1e-7f));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void indefiniteMatricesHaveNoFactor(Precision precision) {
    try (TensorScope scope = new TensorScope()) {
      double[] diagonal = diagonal();
      diagonal[3] = -1;
      Optional<FloatMatrix> factor =
          Cholesky.ofInverse(matrix(scope), SCALE, diagonal, natural(), precision, scope);

      assertThat(factor).isEmpty();
      assertThat(
              PlainCholesky.invertFactor(
                  new Cholesky.ReversedRows(matrix(scope), SCALE, diagonal, natural()),
                  FloatMatrix.of(scope.zeros(SIZE, SIZE))))
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void undefinedElementsHaveNoFactor(Precision precision) {
    try (TensorScope scope = new TensorScope()) {
      double[] diagonal = diagonal();
      diagonal[5] = Double.NaN;

      assertThat(Cholesky.ofInverse(matrix(scope), SCALE, diagonal, natural(), precision, scope))
          .isEmpty();
    }
  }

  /** Three tiles, the last one short. */
  @Test
  void tilesGiveWhatThePlainLoopGives() {
    int size = 1100;
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix matrix = SymmetricMatrix.zeros(size, scope);
      double[] diagonal = new double[size];
      for (int i = 0; i < size; i++) {
        matrix.put(i, random.doubles(size - i, -1, 1).toArray());
        diagonal[i] = 100 + i;
      }
      int[] order = IntStream.range(0, size).toArray();
      FloatMatrix plain = FloatMatrix.of(scope.zeros(size, size));
      assertThat(
              PlainCholesky.invertFactor(
                  new Cholesky.ReversedRows(matrix, 1, diagonal, order), plain))
          .isTrue();
      FloatMatrix tiled =
          Cholesky.ofInverse(matrix, 1, diagonal, order, Precision.FLOAT32, scope).orElseThrow();
      FloatMatrix again =
          Cholesky.ofInverse(matrix, 1, diagonal, order, Precision.FLOAT32, scope).orElseThrow();

      float most = 0;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          most = Math.max(most, Math.abs(tiled.get(i, j) - plain.get(size - 1 - i, size - 1 - j)));
        }
      }
      // Elements are at most 0.1, with a relative error of a few binary32 roundings.
      assertThat(most).isLessThan(1e-7f);
      assertThat(again.toArray()).isEqualTo(tiled.toArray());
    }
  }

  @Test
  void otherLengthsAreRefused() {
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix matrix = matrix(scope);

      assertThatThrownBy(
              () ->
                  Cholesky.ofInverse(
                      matrix, SCALE, new double[3], natural(), Precision.FLOAT32, scope))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a diagonal of 3 and an order of 70 do not fit a symmetric matrix of 70");
    }
  }
}
