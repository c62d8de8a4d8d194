package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FloatMatrixTest {
  private final Workspace workspace = new Workspace();

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  @Test
  void viewsAnArrayByItsLastExtent() {
    try (TensorScope scope = new TensorScope()) {
      INDArray array = scope.own(Nd4j.create(DataType.FLOAT, new long[] {2, 3, 4}, 'c'));
      array.putScalar(1, 2, 3, 5f);
      FloatMatrix matrix = FloatMatrix.of(array);

      assertThat(matrix.rows()).isEqualTo(6);
      assertThat(matrix.columns()).isEqualTo(4);
      assertThat(matrix.stride()).isEqualTo(4);
      assertThat(matrix.elements()).isEqualTo(24);
      assertThat(matrix.get(5, 3)).isEqualTo(5f);
      matrix.put(0, 1, new float[] {7f}, 0, 1);
      assertThat(array.getFloat(0, 0, 1)).isEqualTo(7f);
      assertThat(matrix).hasToString("a matrix of 6x4");
    }
  }

  @Test
  void viewsRowsAtEqualDistances() {
    FloatMatrix matrix = workspace.take(5, 2);
    matrix.put(0, 0, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 10);

    assertThat(matrix.rowsApart(1, 3, 2).toArray()).containsExactly(2, 3, 8, 9);
    assertThat(matrix.columns(1, 1).rowsApart(0, 2, 3).toArray()).containsExactly(1, 5, 9);
    assertThat(matrix.rowsApart(4, 9, 1).toArray()).containsExactly(8, 9);
    assertThat(matrix.rowsApart(5, 2, 0).rows()).isZero();
    assertThatThrownBy(() -> matrix.rowsApart(1, 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("3 rows from 1, 2 apart, leave a matrix of 5x2");
    assertThatThrownBy(() -> matrix.rowsApart(-1, 2, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> matrix.rowsApart(0, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows cannot be 0 apart");
  }

  @Test
  void viewsVectorsAndScalarsAsRows() {
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix vector = FloatMatrix.of(scope.own(Nd4j.createFromArray(1f, 2f, 3f)));
      FloatMatrix scalar = FloatMatrix.of(scope.own(Nd4j.scalar(4f)));

      assertThat(vector.rows()).isEqualTo(1);
      assertThat(vector.toArray()).containsExactly(1, 2, 3);
      assertThat(scalar.toArray()).containsExactly(4);
    }
  }

  @Test
  void refusesArraysOfAnotherLayoutOrType() {
    try (TensorScope scope = new TensorScope()) {
      INDArray array = scope.zeros(3, 2);
      INDArray doubles = scope.own(Nd4j.create(DataType.DOUBLE, 2, 2));

      assertThatThrownBy(() -> FloatMatrix.of(array.transpose()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a contiguous FLOAT array");
      assertThatThrownBy(() -> FloatMatrix.of(doubles))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found DOUBLE");
      assertThatThrownBy(() -> FloatMatrix.over(array, 2, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("6 elements are no matrix of 2x4");
      assertThatThrownBy(() -> FloatMatrix.over(array, 1 << 16, 1 << 16))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("6 elements are no matrix of 65536x65536");
    }
  }

  @Test
  void viewsOfRowsAndColumnsShareMemory() {
    FloatMatrix matrix = Matrices.counting(workspace, 4, 5);
    FloatMatrix view = matrix.rows(1, 2).columns(2, 3).rows(1, 1);

    assertThat(view.toArray()).containsExactly(12, 13, 14);
    assertThat(view.stride()).isEqualTo(5);
    view.put(0, 1, new float[] {-1}, 0, 1);
    assertThat(matrix.get(2, 3)).isEqualTo(-1);
    assertThat(matrix.columns(3, 2).toArray()).containsExactly(3, 4, 8, 9, -1, 14, 18, 19);
  }

  @Test
  void refusesViewsOutsideOfTheMatrix() {
    FloatMatrix matrix = Matrices.counting(workspace, 4, 5);

    for (int[] each : new int[][] {{-1, 2}, {0, -1}, {3, 2}, {5, 0}, {Integer.MAX_VALUE, 2}}) {
      assertThatThrownBy(() -> matrix.rows(each[0], each[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    for (int[] each : new int[][] {{-1, 2}, {0, 6}, {5, 1}, {1, Integer.MAX_VALUE}}) {
      assertThatThrownBy(() -> matrix.columns(each[0], each[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    FloatMatrix few = matrix.rows(1, 2);
    assertThatThrownBy(() -> few.rows(1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(matrix.rows(4, 0).toArray()).isEmpty();
    assertThat(matrix.columns(5, 0).toArray()).isEmpty();
  }

  @Test
  void reshapesWhatHasNoGaps() {
    FloatMatrix matrix = Matrices.counting(workspace, 4, 6);

    assertThat(matrix.rows(1, 2).reshaped(3, 4).rows(2, 1).toArray())
        .containsExactly(14, 15, 16, 17);
    FloatMatrix row = matrix.rows(2, 1).columns(1, 4);
    assertThat(row.isContiguous()).isTrue();
    assertThat(row.reshaped(2, 2).rows(1, 1).toArray()).containsExactly(15, 16);
    FloatMatrix gaps = matrix.columns(0, 3);
    assertThat(gaps.isContiguous()).isFalse();
    assertThatThrownBy(() -> gaps.reshaped(3, 4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a matrix of 4x3 has gaps between its rows");
    assertThatThrownBy(() -> matrix.reshaped(5, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a matrix of 4x6 cannot be seen as 5x5");
    assertThatThrownBy(() -> matrix.reshaped(-4, -6)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> matrix.reshaped(1 << 16, 1 << 16))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runsGoOnOverTheEndsOfRowsOfAContiguousMatrixOnly() {
    FloatMatrix matrix = Matrices.counting(workspace, 4, 5);
    float[] run = new float[7];
    matrix.rows(1, 3).get(0, 3, run, 1, 6);

    assertThat(run).containsExactly(0, 8, 9, 10, 11, 12, 13);
    FloatMatrix gaps = matrix.columns(1, 3);
    assertThatThrownBy(() -> gaps.get(0, 1, run, 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("a run of 3 from row 0, column 1 leaves a matrix of 4x3");
  }

  @Test
  void refusesRunsThatLeaveTheMatrixThoughTheyStayInItsMemory() {
    FloatMatrix matrix = Matrices.counting(workspace, 6, 5).rows(2, 2);
    FloatMatrix other = Matrices.counting(workspace, 2, 5);
    float[] values = new float[10];

    int[][] runs = {
      {0, 0, 11},
      {1, 1, 5},
      {2, 0, 1},
      {-1, 0, 1},
      {0, -1, 1},
      {0, 5, 1},
      {0, 0, -1},
      {Integer.MAX_VALUE, 0, 1},
      {858_993_460, 0, 1},
      {0, 0, Integer.MAX_VALUE}
    };
    for (int[] run : runs) {
      assertThatThrownBy(() -> matrix.get(run[0], run[1], values, 0, run[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> matrix.put(run[0], run[1], values, 0, run[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> matrix.copy(run[0], run[1], other, 0, 0, run[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> other.copy(0, 0, matrix, run[0], run[1], run[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> matrix.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> matrix.get(0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> matrix.get(0, 0, values, 1, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> matrix.put(0, 0, values, 1, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(matrix.toArray()).containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
  }

  @Test
  void runsOfNothingAreAllowedAtTheEnd() {
    FloatMatrix matrix = Matrices.counting(workspace, 2, 3);
    float[] nothing = new float[0];
    matrix.put(2, 0, nothing, 0, 0);
    matrix.get(1, 3, nothing, 0, 0);
    matrix.copy(0, 3, matrix, 2, 0, 0);

    assertThat(matrix.toArray()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void copiesRunsAndWholeMatrices() {
    FloatMatrix source = Matrices.counting(workspace, 4, 5);
    FloatMatrix target = workspace.take(4, 5);
    target.copyAll(source);
    assertThat(target.toArray()).isEqualTo(source.toArray());

    target.copy(0, 1, source.columns(1, 4), 2, 1, 3);
    assertThat(target.rows(0, 1).toArray()).containsExactly(0, 12, 13, 14, 4);

    FloatMatrix small = workspace.take(2, 2);
    small.copyAll(source.rows(1, 2).columns(3, 2));
    assertThat(small.toArray()).containsExactly(8, 9, 13, 14);
    target.rows(2, 2).columns(0, 2).copyAll(small);
    assertThat(target.rows(2, 2).toArray()).containsExactly(8, 9, 12, 13, 14, 13, 14, 17, 18, 19);
    assertThatThrownBy(() -> target.copyAll(small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot copy a matrix of 2x2 to a matrix of 4x5");
  }

  @Test
  void matricesWithoutElementsAreAllowed() {
    FloatMatrix noRows = workspace.take(0, 3);
    FloatMatrix noColumns = workspace.take(3, 0);
    noRows.copyAll(workspace.take(0, 3));

    assertThat(noRows.toArray()).isEmpty();
    assertThat(noColumns.toArray()).isEmpty();
    assertThat(noColumns.reshaped(0, 7).columns()).isEqualTo(7);
    try (TensorScope scope = new TensorScope()) {
      assertThat(FloatMatrix.of(scope.zeros(0, 4)).elements()).isZero();
      assertThat(noColumns.copy(scope).length()).isZero();
    }
  }

  /** A file-sized array would need 2 GiB; the length alone decides. */
  @Test
  void refusesMoreElementsThanABufferAddresses() {
    NdArrays.requireAddressable((1L << 29) - 1);
    assertThatThrownBy(() -> NdArrays.requireAddressable(1L << 29))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("536870912 elements are too many, at most 536870911 are possible");
  }

  @Test
  void freedMemoryIsNotTouched() {
    FloatMatrix matrix;
    try (Workspace workspace = new Workspace()) {
      matrix = workspace.take(3, 2);
      matrix.put(0, 0, new float[6], 0, 6);
    }
    assertThatThrownBy(() -> matrix.put(0, 0, new float[6], 0, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the memory of a matrix of 3x2 has been freed");
    assertThatThrownBy(() -> matrix.get(0, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(matrix::pointer).isInstanceOf(IllegalStateException.class);
  }
}
