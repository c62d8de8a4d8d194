package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TensorScopeTest {
  @Test
  void closingFreesWhatTheScopeOwns() {
    INDArray zeros;
    INDArray matrix;
    INDArray own;
    try (TensorScope scope = new TensorScope()) {
      zeros = scope.zeros(2, 3);
      matrix = scope.matrix(1, 2, 5, 6);
      own = scope.own(matrix.dup());
      assertThat(zeros.wasClosed() || matrix.wasClosed() || own.wasClosed()).isFalse();
    }

    assertThat(zeros.wasClosed()).isTrue();
    assertThat(matrix.wasClosed()).isTrue();
    assertThat(own.wasClosed()).isTrue();
    assertThatThrownBy(() -> own.getFloat(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void viewsAndClosedArraysAreLeftAlone() {
    try (TensorScope outer = new TensorScope()) {
      INDArray base = outer.matrix(2, 2, 1, 2, 3, 4);
      INDArray closed = outer.zeros(1, 1);
      closed.close();
      try (TensorScope inner = new TensorScope()) {
        inner.own(base.getRow(1));
        inner.own(closed);
        inner.own(closed);
      }
      assertThat(base.getFloat(1, 0)).isEqualTo(3);
    }
  }

  @Test
  void closingTwiceIsHarmless() {
    TensorScope scope = new TensorScope();
    INDArray array = scope.zeros(1, 1);
    scope.close();
    scope.close();

    assertThat(array.wasClosed()).isTrue();
  }

  @Test
  void everyF16AndBf16WidensExactly() throws IOException {
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      ByteBuffer bytes = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
      for (int bits = 0; bits < 1 << 16; bits++) {
        bytes.putShort((short) bits);
      }
      TensorData data = TensorData.ofBytes(dtype, Shape.of(256, 256), bytes.flip());
      try (TensorScope scope = new TensorScope()) {
        INDArray floats = scope.floats(data, 256, 256);
        for (int bits = 0; bits < 1 << 16; bits++) {
          float expected =
              dtype == DType.F16
                  ? HalfPrecision.f16ToFloat((short) bits)
                  : HalfPrecision.bf16ToFloat((short) bits);
          assertThat(Float.floatToIntBits(NdArrays.floats(floats).get(bits)))
              .isEqualTo(Float.floatToIntBits(expected));
        }
      }
    }
  }

  @Test
  void binary32KeepsItsBitsOverSeveralPieces() throws IOException {
    int size = TensorReader.PIECE_BYTES / 4 + 100;
    float[] values = new float[2 * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(i * 0x01234567);
    }
    try (TensorScope scope = new TensorScope()) {
      INDArray floats = scope.floats(TensorData.ofFloats(Shape.of(2, size), values), 2, size);
      float[] found = new float[values.length];
      NdArrays.floats(floats).get(found);

      assertThat(floats.shape()).containsExactly(2, size);
      assertThat(found).isEqualTo(values);
    }
  }

  @Test
  void binary64RoundsToNearest() throws IOException {
    double[] values = {0.1, -0.0, 1e300, 1 + 0x1p-24, 1 + 0x1.8p-23, 0x1p-149, 0x1p-150};
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    TensorData data = TensorData.ofBytes(DType.F64, Shape.of(values.length), bytes.flip());
    try (TensorScope scope = new TensorScope()) {
      float[] found = new float[values.length];
      NdArrays.floats(scope.floats(data, values.length, 1)).get(found);

      assertThat(found)
          .containsExactly(0.1f, -0f, Float.POSITIVE_INFINITY, 1, 1 + 0x1p-22f, 0x1p-149f, 0);
    }
  }

  @Test
  void emptyTensorsGiveEmptyArrays() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      INDArray floats = scope.floats(TensorData.ofFloats(Shape.of(0, 5)), 0, 0);

      assertThat(floats.length()).isZero();
    }
  }

  @Test
  void typesAndSizesMustFit() {
    try (TensorScope scope = new TensorScope()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scope.matrix(2, 2, 1, 2, 3))
          .withMessage("3 values do not fill a matrix of 2 by 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scope.floats(TensorData.ofFloats(Shape.of(2), 1, 2), 1, 3))
          .withMessage("a tensor of [2] is no matrix of 1 by 3");
      TensorData integers = TensorData.ofBytes(DType.I8, Shape.of(1), ByteBuffer.allocate(1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scope.floats(integers, 1, 1))
          .withMessage("elements of type I8 are not weights");
    }
  }

  @Test
  void copiesAreBitForBit() throws IOException {
    byte[] bytes = new byte[2 * 3 * 5];
    new Random(7).nextBytes(bytes);
    TensorData data = TensorData.ofBytes(DType.F16, Shape.of(3, 5), ByteBuffer.wrap(bytes));
    try (TensorScope scope = new TensorScope()) {
      TensorData copy = scope.copy(data);
      byte[] expected = Arrays.copyOfRange(bytes, 6, 18);
      Arrays.fill(bytes, (byte) 0);
      ByteBuffer read = ByteBuffer.allocate(12);
      copy.read(6, read);
      assertThat(copy.dtype()).isEqualTo(DType.F16);
      assertThat(copy.shape()).isEqualTo(Shape.of(3, 5));
      assertThat(read.array()).isEqualTo(expected);
    }
  }
}
