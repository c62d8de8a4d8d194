package io.github.espalier.sd2.torch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of one or several pickles in a file. Knows its position, lets a caller look ahead, and
 * throws {@link CheckpointFormatException} where they end or become too many, so that an {@link
 * IOException} is always one of the system.
 */
final class PickleInput extends InputStream {
  /** Most bytes of all pickles of a file: a hundred times what the largest models need. */
  static final int MOST_BYTES = 32 << 20;

  /** Most bytes that can be looked at ahead. */
  static final int LOOK_AHEAD = 1 << 15;

  private final Path file;
  private final FileChannel channel;
  private final long begin;
  private final long end;
  private final ByteBuffer buffer = ByteBuffer.allocate(2 * LOOK_AHEAD).limit(0);
  private long filled;

  PickleInput(Path file, FileChannel channel, long begin, long end) {
    this.file = file;
    this.channel = channel;
    this.begin = begin;
    this.end = end;
    this.filled = begin;
  }

  /** Returns the position in the file of the next byte. */
  long position() {
    return filled - buffer.remaining();
  }

  /** Returns how many bytes follow, at most as many as are allowed. */
  long remaining() {
    return Math.min(end, begin + MOST_BYTES) - position();
  }

  @Override
  public int read() throws IOException {
    require(1);
    return buffer.get() & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    require(1);
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  /** Returns the next bytes as an unsigned little-endian number, without moving on. */
  long peek(int bytes) throws IOException {
    require(bytes);
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = (value << 8) | (buffer.get(buffer.position() + i) & 0xff);
    }
    return value;
  }

  /** Returns the length of the next line, which must not exceed a limit, without moving on. */
  @CanIgnoreReturnValue
  int requireLine(int limit) throws IOException {
    for (int i = 0; i <= limit; i++) {
      require(i + 1);
      if (buffer.get(buffer.position() + i) == '\n') {
        return i;
      }
    }
    throw new PickleDamage("a line is longer than " + limit + " characters");
  }

  /** Reads a line without its end. */
  String line(int limit) throws IOException {
    int length = requireLine(limit);
    String line = new String(buffer.array(), buffer.position(), length, StandardCharsets.UTF_8);
    buffer.position(buffer.position() + length + 1);
    return line;
  }

  private void require(int count) throws IOException {
    if (buffer.remaining() >= count) {
      return;
    }
    if (remaining() < count) {
      throw CheckpointFormatException.of(
          file,
          end - position() < count
              ? "the pickle ends in the middle: the file is cut off, or damaged"
              : "the pickle has more than " + MOST_BYTES + " bytes, which no weights need");
    }
    buffer.compact();
    while (buffer.position() < count) {
      buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + end - filled));
      int read = channel.read(buffer, filled);
      if (read < 0) {
        throw CheckpointFormatException.of(file, "the file became shorter while it was read");
      }
      filled += read;
    }
    buffer.flip();
  }
}
