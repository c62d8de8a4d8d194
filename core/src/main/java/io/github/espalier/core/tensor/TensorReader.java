package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks through a tensor in pieces that stay in the processor's cache.
 *
 * <p>A reader belongs to one thread; the buffers that it hands out are overwritten by the next
 * piece that any reader of the same thread reads.
 */
public final class TensorReader {
  /** Bytes in a piece: small enough for a second-level cache, and a multiple of 64 elements. */
  public static final int PIECE_BYTES = 1 << 17;

  /**
   * Addresses that agree in their lowest bits look the same to a processor's load and store queue.
   */
  private static final int ALIAS_BYTES = 4096;

  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(PIECE_BYTES + 2 * ALIAS_BYTES).alignedSlice(ALIAS_BYTES));

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
   * @param data a tensor whose elements fill whole bytes
   * @param consumer takes pieces of at most {@link #PIECE_BYTES} bytes; each but the last begins at
   *     a multiple of 64 elements and is full
   * @throws IOException if reading fails
   */
  public static void forEachPiece(TensorData data, PieceConsumer consumer) throws IOException {
    ByteBuffer buffer = apartFrom(data.filePosition());
    int width = data.dtype().bytes();
    long size = data.byteSize();
    for (long offset = 0; offset < size; offset += PIECE_BYTES) {
      buffer.clear().limit((int) Math.min(PIECE_BYTES, size - offset));
      data.read(offset, buffer);
      buffer.flip();
      consumer.accept(offset / width, buffer);
    }
  }

  /**
   * Returns a buffer whose address is half an alias distance from a file's position.
   *
   * <p>The kernel copies a page to a destination that is a few bytes ahead of it, modulo 4096, four
   * times more slowly than to any other, since each load seems to need the store before it. Where a
   * tensor lies in its file is arbitrary, so without this a file is read at full speed or at a
   * quarter of it, by chance. The same holds for writing the buffer to the same place of a new
   * file.
   */
  private static ByteBuffer apartFrom(long filePosition) {
    int shift = (int) ((filePosition + ALIAS_BYTES / 2) % ALIAS_BYTES);
    return BUFFER.get().slice(shift, PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
