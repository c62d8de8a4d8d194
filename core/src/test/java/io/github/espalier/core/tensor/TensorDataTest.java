package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TensorDataTest {
  private static byte[] read(TensorData data, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    data.read(offset, target);
    assertThat(target.hasRemaining()).isFalse();
    return target.array();
  }

  private static TensorData bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return TensorData.ofBytes(DType.U8, Shape.of(values.length), buffer.flip());
  }

  @Test
  void floatsAreStoredLittleEndian() throws IOException {
    TensorData data = TensorData.ofFloats(Shape.of(1, 2), 1, -0f);

    assertThat(data.dtype()).isEqualTo(DType.F32);
    assertThat(data.shape()).isEqualTo(Shape.of(1, 2));
    assertThat(data.byteSize()).isEqualTo(8);
    assertThat(read(data, 0, 8)).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80);
  }

  @Test
  void floatsAreCopied() throws IOException {
    float[] values = {1, 2};
    TensorData data = TensorData.ofFloats(Shape.of(2), values);
    values[0] = 9;

    assertThat(ByteBuffer.wrap(read(data, 0, 4)).order(ByteOrder.LITTLE_ENDIAN).getFloat())
        .isEqualTo(1);
  }

  @Test
  void bytesBetweenPositionAndLimitAreTaken() throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);
    TensorData data = TensorData.ofBytes(DType.I16, Shape.of(), buffer);

    assertThat(read(data, 0, 2)).containsExactly(2, 3);
    assertThat(buffer.position()).isEqualTo(1);
  }

  @Test
  void theSizeMustFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorData.ofFloats(Shape.of(3), 1, 2))
        .withMessageContaining("F32 [3] has 12 bytes, not 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorData.ofBytes(DType.F16, Shape.of(1L << 62), ByteBuffer.allocate(0)))
        .withMessageContaining("more than 2^63-1 bytes");
  }

  @Test
  void readsStayWithinTheTensor() {
    TensorData data = bytes(1, 2, 3);

    assertThatThrownBy(() -> read(data, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> read(data, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> read(data, Long.MAX_VALUE, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void slicesAreViews() throws IOException {
    TensorData whole = bytes(0, 1, 2, 3, 4, 5, 6, 7);
    TensorData part = whole.slice(2, Shape.of(2, 2));
    TensorData partOfPart = part.slice(1, Shape.of(2));

    assertThat(part.dtype()).isEqualTo(DType.U8);
    assertThat(part.byteSize()).isEqualTo(4);
    assertThat(read(part, 0, 4)).containsExactly(2, 3, 4, 5);
    assertThat(read(part, 1, 2)).containsExactly(3, 4);
    assertThat(read(partOfPart, 1, 1)).containsExactly(4);
    assertThat(read(whole.slice(8, Shape.of(0)), 0, 0)).isEmpty();
  }

  @Test
  void slicesStayWithinTheWhole() {
    TensorData whole = bytes(0, 1, 2, 3);
    TensorData part = whole.slice(1, Shape.of(2));

    assertThatThrownBy(() -> whole.slice(2, Shape.of(3)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> whole.slice(-1, Shape.of(1)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> read(part, 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aSliceWhoseSizeWouldWrapAroundIsRefused() {
    TensorData whole = TensorData.ofFloats(Shape.of(2), 1, 2);

    assertThatIllegalArgumentException().isThrownBy(() -> whole.slice(0, Shape.of(1L << 62)));
  }
}
