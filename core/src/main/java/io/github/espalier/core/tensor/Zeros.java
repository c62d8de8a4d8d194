package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts zeros in stored tensors. Stateless. */
public final class Zeros {
  private Zeros() {}

  /**
   * Counts the elements that are zero, -0 included.
   *
   * @param data a tensor of a {@linkplain DType#isPrunable() prunable} type
   * @return from 0 to the number of elements
   * @throws IllegalArgumentException if the type is another
   * @throws IOException if reading fails
   */
  public static long count(TensorData data) throws IOException {
    if (!data.dtype().isPrunable()) {
      throw new IllegalArgumentException(
          "cannot count zeros of type " + data.dtype() + "; expected F16, BF16, F32 or F64");
    }
    long[] zeros = new long[1];
    int width = data.dtype().bytes();
    TensorReader.forEachPiece(data, (first, piece) -> zeros[0] += zeros(piece, width));
    return zeros[0];
  }

  // Without the sign bit, only a zero becomes negative when 1 is subtracted: no branches, so that
  // the loops run at the speed of memory.
  private static long zeros(ByteBuffer piece, int width) {
    long zeros = 0;
    int limit = piece.limit();
    switch (width) {
      case 2 -> {
        for (int i = 0; i < limit; i += 2) {
          zeros += ((piece.getShort(i) & 0x7fff) - 1) >>> 31;
        }
      }
      case 4 -> {
        for (int i = 0; i < limit; i += 4) {
          zeros += ((piece.getInt(i) & 0x7fffffff) - 1) >>> 31;
        }
      }
      default -> {
        for (int i = 0; i < limit; i += 8) {
          zeros += ((piece.getLong(i) & Long.MAX_VALUE) - 1) >>> 63;
        }
      }
    }
    return zeros;
  }
}
