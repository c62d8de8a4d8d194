package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidentTensorTest {
  private static TensorData bytes(int size, long filePosition) {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) (i * 31 + (i >> 8));
    }
    TensorData data = TensorData.ofBytes(DType.U8, Shape.of(size), ByteBuffer.wrap(content));
    return new Placed(data, filePosition);
  }

  private record Placed(TensorData data, long filePosition) implements TensorData {
    @Override
    public DType dtype() {
      return data.dtype();
    }

    @Override
    public Shape shape() {
      return data.shape();
    }

    @Override
    public void read(long byteOffset, ByteBuffer target) throws IOException {
      data.read(byteOffset, target);
    }
  }

  private static byte[] all(TensorData data) throws IOException {
    byte[] content = new byte[Math.toIntExact(data.byteSize())];
    TensorReader.forEachPiece(
        data, (first, piece) -> piece.get(content, (int) first, piece.remaining()));
    return content;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 4096, 131_072, 131_073, 400_001})
  void hasTheBytesOfItsSourceWhereverThatLies(int size) throws IOException {
    for (long position : new long[] {0, 2, 2047, 2048, 4095, 1L << 33}) {
      TensorData data = bytes(size, position);
      try (TensorScope scope = new TensorScope()) {
        TensorData resident = scope.resident(data);
        assertThat(resident).isNotSameAs(data);
        assertThat(all(resident)).isEqualTo(all(data));
        ByteBuffer last = ByteBuffer.allocate(size / 2);
        resident.read(size - size / 2, last);
        ByteBuffer expected = ByteBuffer.allocate(size / 2);
        data.read(size - size / 2, expected);
        assertThat(last).isEqualTo(expected);
        assertThatThrownBy(() -> resident.read(size, ByteBuffer.allocate(1)))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void twoOfOneScopeDoNotShareABufferAndTheSourceIsNotChanged() throws IOException {
    TensorData data = bytes(1000, 0);
    try (TensorScope scope = new TensorScope()) {
      TensorData one = scope.resident(data);
      TensorData other = scope.resident(data);
      TensorReader.forEachPiece(one, (first, piece) -> piece.put(0, (byte) 99));
      assertThat(all(one)[0]).isEqualTo((byte) 99);
      assertThat(all(other)).isEqualTo(all(data));
    }
  }

  @Test
  void aLargeTensorStaysWhereItIs() throws IOException {
    TensorData data = bytes(ResidentTensor.MOST_BYTES + 1, 0);
    try (TensorScope scope = new TensorScope()) {
      assertThat(scope.resident(data)).isSameAs(data);
    }
  }
}
