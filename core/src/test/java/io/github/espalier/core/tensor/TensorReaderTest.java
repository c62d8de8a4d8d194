package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorReaderTest {
  private static final int PIECE = TensorReader.PIECE_BYTES;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "131071, 1",
    "131072, 1",
    "131073, 2",
    "262144, 2",
    "300000, 3",
  })
  void piecesFollowEachOtherAndAreFullButTheLast(int size, int pieces) throws IOException {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) (i * 31 + i / 251);
    }
    TensorData data = TensorData.ofBytes(DType.U8, Shape.of(size), ByteBuffer.wrap(content));
    List<Long> starts = new ArrayList<>();
    ByteBuffer joined = ByteBuffer.allocate(size);

    TensorReader.forEachPiece(
        data,
        (first, piece) -> {
          assertThat(piece.position()).isZero();
          assertThat(piece.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
          starts.add(first);
          joined.put(piece);
        });

    assertThat(starts).hasSize(pieces);
    for (int i = 0; i < pieces; i++) {
      assertThat(starts.get(i)).isEqualTo((long) i * PIECE);
    }
    assertThat(joined.array()).isEqualTo(content);
  }

  @ParameterizedTest
  @CsvSource({"U8, 1", "F16, 2", "F32, 4", "F64, 8"})
  void piecesBeginAtAMultipleOf64Elements(DType dtype, int width) throws IOException {
    int elements = PIECE / width * 2 + 5;
    TensorData data =
        TensorData.ofBytes(dtype, Shape.of(elements), ByteBuffer.allocate(elements * width));
    List<Long> starts = new ArrayList<>();

    TensorReader.forEachPiece(data, (first, piece) -> starts.add(first));

    assertThat(starts).containsExactly(0L, (long) PIECE / width, 2L * PIECE / width);
    assertThat(starts).allMatch(start -> start % 64 == 0);
  }

  @Test
  void elementsNarrowerThanAByteCannotBeWalked() {
    TensorData data = TensorData.ofBytes(DType.F4, Shape.of(2), ByteBuffer.allocate(1));

    assertThatThrownBy(() -> TensorReader.forEachPiece(data, (first, piece) -> {}))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
