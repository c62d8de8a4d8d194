package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairwiseProductsTest {
  private static final class Rows implements RowSource {
    private final double[][] values;

    Rows(double[][] values) {
      this.values = values;
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public int columns() {
      return values[0].length;
    }

    @Override
    public void get(int row, double[] target) {
      System.arraycopy(values[row], 0, target, 0, target.length);
    }
  }

  private static Rows rows(int count, int seed) {
    return new Rows(DoubleMatrices.random(count, 3, new Random(seed)));
  }

  private static double product(Rows x, int i, Rows y, int j) {
    double sum = 0;
    for (int l = 0; l < x.columns(); l++) {
      sum += x.values[i][l] * y.values[j][l];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 513, 1300})
  void allPairs(int count) {
    Rows x = rows(700, 1);
    Rows y = rows(count, 2);
    double[][] found = new double[x.rows()][y.rows()];
    int[] next = new int[x.rows()];
    PairwiseProducts.forEach(
        x,
        y,
        TaskRunner.COMMON_POOL,
        (i, firstY, products, length) -> {
          assertThat(firstY).isEqualTo(next[i]);
          next[i] += length;
          System.arraycopy(products, 0, found[i], firstY, length);
        });
    for (int i = 0; i < x.rows(); i++) {
      assertThat(next[i]).isEqualTo(y.rows());
      for (int j = 0; j < y.rows(); j++) {
        assertThat(found[i][j]).isCloseTo(product(x, i, y, j), within(1e-14));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 512, 1300})
  void eachPairOnce(int count) {
    Rows x = rows(count, 3);
    int[] next = new int[count];
    PairwiseProducts.forEachPair(
        x,
        TaskRunner.COMMON_POOL,
        (i, firstY, products, length) -> {
          assertThat(firstY).isEqualTo(next[i] == 0 ? i + 1 : next[i]);
          next[i] = firstY + length;
          for (int j = 0; j < length; j++) {
            assertThat(products[j]).isCloseTo(product(x, i, x, firstY + j), within(1e-14));
          }
        });
    for (int i = 0; i < count - 1; i++) {
      assertThat(next[i]).isEqualTo(count);
    }
  }

  @Test
  void widthsMustAgree() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PairwiseProducts.forEach(
                    rows(1, 1), new Rows(new double[1][2]), TaskRunner.CALLER, (i, j, p, n) -> {}))
        .withMessage("rows of 3 columns cannot be multiplied with rows of 2");
  }
}
