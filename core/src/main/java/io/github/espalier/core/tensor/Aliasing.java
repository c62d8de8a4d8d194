package io.github.espalier.core.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Places buffers so that copying between them and a file runs at full speed.
 *
 * <p>Addresses that agree modulo 4096 look the same to a processor's load and store queues. A page
 * of a file is copied to a destination that is a few bytes ahead of it, in that sense, four times
 * more slowly than to any other, since each load seems to need the store before it. Where a tensor
 * lies in its file is arbitrary, so without this a file is read at full speed or at a quarter of
 * it, by chance. The same holds for writing to a file.
 */
final class Aliasing {
  private static final int BYTES = 4096;

  /**
   * What a buffer must have beyond its own length: two ends cut off by alignment, and the shift.
   */
  static final int ROOM = 3 * BYTES;

  private Aliasing() {}

  /**
   * Cuts a buffer out whose address is half an alias distance from a file's position.
   *
   * @param filePosition where the data begins in its file
   * @param room a direct buffer of at least {@code length + ROOM} bytes
   * @param length size of the result
   */
  static ByteBuffer apartFrom(long filePosition, ByteBuffer room, int length) {
    int shift = (int) ((filePosition + BYTES / 2) % BYTES);
    return room.alignedSlice(BYTES).slice(shift, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
