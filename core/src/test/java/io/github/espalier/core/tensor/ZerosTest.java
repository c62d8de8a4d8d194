package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ZerosTest {
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F32", "F64"})
  void countsZerosOfBothSigns(DType dtype) throws IOException {
    int width = dtype.bytes();
    int elements = 100_000;
    byte[] bytes = new byte[elements * width];
    for (int i = 0; i < elements; i++) {
      bytes[i * width + width - 1] = (byte) (i % 2 == 0 ? 0x80 : 0); // -0 and +0
      if (i % 5 == 0) {
        bytes[i * width] = 1; // the smallest subnormal number of either sign
      }
    }
    TensorData data = TensorData.ofBytes(dtype, Shape.of(elements), ByteBuffer.wrap(bytes));

    assertThat(Zeros.count(data)).isEqualTo(elements - elements / 5);
  }

  @Test
  void countsNothingInNothing() throws IOException {
    assertThat(Zeros.count(TensorData.ofFloats(Shape.of(0)))).isZero();
    assertThat(Zeros.count(TensorData.ofFloats(Shape.of(), 0))).isEqualTo(1);
    assertThat(Zeros.count(TensorData.ofFloats(Shape.of(2), Float.NaN, 1))).isZero();
  }

  @Test
  void refusesOtherTypes() {
    TensorData data = TensorData.ofBytes(DType.I64, Shape.of(1), ByteBuffer.allocate(8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Zeros.count(data))
        .withMessageContaining("I64");
  }
}
