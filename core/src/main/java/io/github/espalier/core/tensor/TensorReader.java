package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks through a tensor in pieces that stay in the processor's cache.
 *
 * <p>A reader belongs to one thread; the buffers that it hands out are overwritten by the next
 * piece that any reader of the same thread reads.
 */
public final class TensorReader {
  /** Bytes in a piece: small enough for a second-level cache, and a multiple of 64 elements. */
  public static final int PIECE_BYTES = 1 << 17;

  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(PIECE_BYTES + Aliasing.ROOM));

  private TensorReader() {}

  /** Receives the pieces of a tensor in order. */
  @FunctionalInterface
  public interface PieceConsumer {
    /**
     * Takes one piece.
     *
     * @param firstElement flat index of the piece's first element
     * @param piece the elements, little-endian, from position 0 to its limit
     * @throws IOException if the consumer writes and cannot
     */
    void accept(long firstElement, ByteBuffer piece) throws IOException;
  }

  /**
   * Reads a tensor from beginning to end.
   *
   * <p>A consumer may overwrite the pieces. This changes a tensor that is {@linkplain
   * TensorScope#resident resident}, and no other.
   *
   * @param data a tensor whose elements fill whole bytes
   * @param consumer takes pieces of at most {@link #PIECE_BYTES} bytes; each but the last begins at
   *     a multiple of 64 elements and is full
   * @throws IOException if reading fails
   */
  public static void forEachPiece(TensorData data, PieceConsumer consumer) throws IOException {
    int width = data.dtype().bytes();
    long size = data.byteSize();
    if (data instanceof ResidentTensor resident) {
      for (long offset = 0; offset < size; offset += PIECE_BYTES) {
        int length = (int) Math.min(PIECE_BYTES, size - offset);
        consumer.accept(offset / width, resident.piece(offset, length));
      }
      return;
    }
    ByteBuffer buffer = Aliasing.apartFrom(data.filePosition(), BUFFER.get(), PIECE_BYTES);
    for (long offset = 0; offset < size; offset += PIECE_BYTES) {
      buffer.clear().limit((int) Math.min(PIECE_BYTES, size - offset));
      data.read(offset, buffer);
      buffer.flip();
      consumer.accept(offset / width, buffer);
    }
  }
}
