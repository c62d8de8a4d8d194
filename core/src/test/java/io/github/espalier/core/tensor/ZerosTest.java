package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ZerosTest {
  private static void put(ByteBuffer bytes, long bits, int width) {
    switch (width) {
      case 2 -> bytes.putShort((short) bits);
      case 4 -> bytes.putInt((int) bits);
      default -> bytes.putLong(bits);
    }
  }

  /** Zeros of both signs among numbers of which only one bit is set, over more than one piece. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void zerosOfBothSignsCountAndNothingElseDoes(DType dtype) throws IOException {
    int width = dtype.bytes();
    int elements = TensorReader.PIECE_BYTES / width + 101;
    long sign = 1L << (dtype.bits() - 1);
    ByteBuffer bytes = ByteBuffer.allocate(elements * width).order(ByteOrder.LITTLE_ENDIAN);
    long expected = 0;
    for (int i = 0; i < elements; i++) {
      boolean zero = i % 3 == 0;
      long magnitude = zero ? 0 : 1L << (i % (dtype.bits() - 1));
      put(bytes, i % 2 == 0 ? magnitude : magnitude | sign, width);
      expected += zero ? 1 : 0;
    }

    assertThat(Zeros.count(TensorData.ofBytes(dtype, Shape.of(elements), bytes.flip())))
        .isEqualTo(expected);
  }

  @Test
  void emptyTensorsHaveNone() throws IOException {
    assertThat(Zeros.count(TensorData.ofFloats(Shape.of(0)))).isZero();
  }

  @Test
  void otherTypesAreRefused() {
    TensorData bytes = TensorData.ofBytes(DType.U8, Shape.of(1), ByteBuffer.allocate(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Zeros.count(bytes))
        .withMessageContaining("U8");
  }
}
