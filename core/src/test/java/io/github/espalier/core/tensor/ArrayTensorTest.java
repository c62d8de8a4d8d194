package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ArrayTensorTest {
  @Test
  void anArrayIsReadAsLittleEndianBinary32() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      TensorData data = NdArrays.data(scope.matrix(2, 2, 1, -0f, Float.MIN_VALUE, 7));
      ByteBuffer target = ByteBuffer.allocate(20).position(1).limit(13);

      data.read(4, target);

      assertThat(data.dtype()).isEqualTo(DType.F32);
      assertThat(data.shape()).isEqualTo(Shape.of(2, 2));
      assertThat(target.position()).isEqualTo(13);
      assertThat(target.slice(1, 12).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer())
          .isEqualTo(IntBuffer.wrap(new int[] {0x80000000, 1, Float.floatToRawIntBits(7)}));
    }
  }

  @Test
  void manyPiecesAreReadBack() throws IOException {
    int size = TensorReader.PIECE_BYTES / 4 * 2 + 3;
    try (TensorScope scope = new TensorScope()) {
      INDArray array = scope.zeros(1, size);
      for (int i = 0; i < size; i++) {
        NdArrays.floats(array).put(i, i);
      }

      INDArray copy = scope.floats(NdArrays.data(array), 1, size);

      assertThat(NdArrays.floats(copy)).isEqualTo(NdArrays.floats(array));
    }
  }

  @Test
  void readsStayWithinTheArrayAndOnElements() {
    try (TensorScope scope = new TensorScope()) {
      TensorData data = NdArrays.data(scope.zeros(1, 2));

      assertThatThrownBy(() -> data.read(4, ByteBuffer.allocate(8)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> data.read(2, ByteBuffer.allocate(4)))
          .withMessage("bytes 2 to 6 are no whole elements");
    }
  }
}
