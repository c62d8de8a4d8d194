package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class NdArraysTest {
  private final TensorScope scope = new TensorScope();

  @AfterEach
  void close() {
    scope.close();
  }

  private INDArray counting() {
    return scope.matrix(3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  private static float[] toArray(INDArray array) {
    FloatBuffer buffer = NdArrays.floats(array);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Test
  void floatsAreTheArraysOwnMemory() {
    INDArray array = counting();

    NdArrays.floats(array).put(5, 50);

    assertThat(array.getFloat(1, 1)).isEqualTo(50);
    assertThat(NdArrays.floats(array).limit()).isEqualTo(12);
  }

  /** ND4J calls neither the transpose nor the permutations a view, and the latter's order 'c'. */
  @Test
  void viewsAreRefused() {
    INDArray array = counting();
    INDArray cube = scope.own(Nd4j.create(DataType.FLOAT, new long[] {2, 3, 4}, 'c'));

    for (INDArray view :
        new INDArray[] {
          array.getRow(0),
          array.getRow(1),
          array.getColumn(0),
          array.transpose(),
          array.get(NDArrayIndex.interval(0, 2), NDArrayIndex.all()),
          cube.permute(1, 0, 2),
          cube.permute(0, 2, 1),
          cube.tensorAlongDimension(1, 1, 2),
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NdArrays.floats(view))
          .withMessageContaining("expected a contiguous FLOAT array in C order, found FLOAT of")
          .withMessageContaining("strides");
    }
  }

  @Test
  void otherTypesAndOrdersAreRefused() {
    INDArray doubles = scope.own(counting().castTo(DataType.DOUBLE));
    INDArray fortran = scope.own(counting().dup('f'));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NdArrays.floats(doubles))
        .withMessageContaining("found DOUBLE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NdArrays.floats(fortran))
        .withMessageContaining("of shape [3, 4] and strides [1, 3]");
  }

  @Test
  void contiguousCopiesOnlyWhatIsNot() {
    INDArray array = counting();

    assertThat(NdArrays.contiguous(array, scope)).isSameAs(array);
    assertThat(toArray(NdArrays.contiguous(array.getColumn(1), scope))).containsExactly(1, 5, 9);
    assertThat(toArray(NdArrays.contiguous(array.transpose(), scope)))
        .containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
    INDArray cube = scope.own(Nd4j.create(DataType.FLOAT, new long[] {2, 2, 3}, 'c'));
    NdArrays.floats(cube).put(toArray(array));
    assertThat(toArray(NdArrays.contiguous(cube.permute(1, 0, 2), scope)))
        .containsExactly(0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11);
    assertThat(toArray(NdArrays.contiguous(cube.permute(2, 0, 1), scope)))
        .containsExactly(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11);
    assertThat(toArray(NdArrays.contiguous(scope.own(array.dup('f')), scope)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(toArray(NdArrays.contiguous(scope.own(array.castTo(DataType.DOUBLE)), scope)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  /** ND4J's own sum of this array is off by 4 %. */
  @Test
  void sumsOfTenMillionEqualNumbersAreExact() {
    int size = 10_000_000;
    float value = 0.1f;
    INDArray array = scope.own(Nd4j.valueArrayOf(new long[] {size}, value, DataType.FLOAT));

    // Each of ten million additions in binary64 errs by at most half an ulp of the sum.
    double sum = size * (double) value;
    assertThat(NdArrays.sum(array)).isCloseTo(sum, within(size / 2.0 * Math.ulp(sum)));
    double squares = size * ((double) value * value);
    assertThat(NdArrays.sumOfSquares(array))
        .isCloseTo(squares, within(size / 2.0 * Math.ulp(squares)));
  }

  @Test
  void smallSumsAreExact() {
    INDArray array = scope.matrix(1, 4, 1e8f, 1, -1e8f, -3);

    assertThat(NdArrays.sum(array)).isEqualTo(-2);
    assertThat(NdArrays.sumOfSquares(scope.matrix(1, 3, 3, -4, 12))).isEqualTo(169);
    assertThat(toArray(array)).containsExactly(1e8f, 1, -1e8f, -3);
  }

  @Test
  void squaresOfLargeNumbersDoNotOverflow() {
    assertThat(NdArrays.sumOfSquares(scope.matrix(1, 2, 1e30f, 0)))
        .isEqualTo((double) 1e30f * 1e30f);
  }

  @Test
  void emptyArraysSumToZero() {
    INDArray empty = scope.zeros(0, 5);

    assertThat(NdArrays.sum(empty)).isZero();
    assertThat(NdArrays.sumOfSquares(empty)).isZero();
    assertThat(NdArrays.isFinite(empty)).isTrue();
  }

  @Test
  void infinitiesAndNaNAreNotFinite() {
    assertThat(NdArrays.isFinite(scope.matrix(1, 3, 1, -Float.MAX_VALUE, 0))).isTrue();
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThat(NdArrays.isFinite(scope.matrix(1, 3, 1, 2, bad))).isFalse();
    }
  }
}
