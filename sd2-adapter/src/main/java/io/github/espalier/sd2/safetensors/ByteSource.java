package io.github.espalier.sd2.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes that can be read from any position. */
interface ByteSource {
  /** Returns the number of bytes there are. */
  long size() throws IOException;

  /** Reads at least one byte at a position, as {@link FileChannel#read(ByteBuffer, long)} does. */
  int read(ByteBuffer target, long position) throws IOException;

  static ByteSource of(FileChannel channel) {
    return new ByteSource() {
      @Override
      public long size() throws IOException {
        return channel.size();
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
      }
    };
  }

  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public int read(ByteBuffer target, long position) {
        int count = (int) Math.min(target.remaining(), bytes.length - position);
        target.put(bytes, (int) position, count);
        return count;
      }
    };
  }

  /**
   * Fills a buffer.
   *
   * @return the position after the last byte read; less than asked for if the source ended early
   */
  default long fill(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = read(target, at);
      if (count < 0) {
        break;
      }
      at += count;
    }
    return at;
  }
}
