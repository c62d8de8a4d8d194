package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads exact numbers of bytes from a file. */
final class FileRange {
  private FileRange() {}

  /** Fills a buffer from a position on. */
  static void fill(Path file, FileChannel channel, long position, ByteBuffer target)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw CheckpointFormatException.of(
            file, "ends at byte " + at + ", in the middle of something: it is cut off");
      }
      at += count;
    }
  }

  /** Returns a few bytes, to be read as little-endian numbers. */
  static ByteBuffer read(Path file, FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, position, bytes);
    return bytes.flip();
  }
}
