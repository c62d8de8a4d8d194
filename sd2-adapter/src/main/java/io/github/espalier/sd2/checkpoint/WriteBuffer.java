package io.github.espalier.sd2.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Gathers consecutive small writes into large ones that begin and end at multiples of their size.
 *
 * <p>A file system locks a file for each write, so that threads which write small pieces of one
 * file mostly wait for each other; and it keeps a large aligned write in large pages.
 *
 * <p>Used by one thread at a time.
 */
final class WriteBuffer {
  static final int BYTES = 1 << 20;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
  private long begin;

  /**
   * Writes bytes now or later.
   *
   * @param channel the same file until {@link #flush}
   * @param position where the bytes belong; what is not next to the last bytes flushes those
   */
  void write(FileChannel channel, long position, ByteBuffer bytes) throws IOException {
    if (position != begin + buffer.position()) {
      flush(channel);
      begin = position;
    }
    while (bytes.hasRemaining()) {
      int room = (int) (BYTES - (begin + buffer.position()) % BYTES);
      int length = Math.min(room, bytes.remaining());
      buffer.put(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
      if (length == room) {
        flush(channel);
      }
    }
  }

  void flush(FileChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      begin += channel.write(buffer, begin);
    }
    buffer.clear();
  }

  /** Forgets what was not written. */
  void discard() {
    buffer.clear();
    begin = 0;
  }
}
