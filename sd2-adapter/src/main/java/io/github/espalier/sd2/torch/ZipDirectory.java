package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a zip archive, also beyond 4 GiB, and where its entries lie: {@code
 * java.util.zip} does not tell. Nothing is ever decompressed, so no entry is larger than the file.
 *
 * <p>Source: PKWARE's .ZIP File Format Specification 6.3.10, sections 4.3 to 4.5.
 */
final class ZipDirectory {
  /**
   * An entry.
   *
   * @param name the name in the archive
   * @param method how it is compressed, 0 if it is not
   * @param storedSize bytes in the archive
   * @param size bytes of the content
   * @param header position of the header before the content
   */
  record Entry(String name, int method, long storedSize, long size, long header) {}

  private static final int END = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int END64 = 0x06064b50;
  private static final int END64_LENGTH = 56;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_LENGTH = 20;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int EXTRA64 = 1;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final long UNSIGNED_INT = 0xffffffffL;
  private static final int UNSIGNED_SHORT = 0xffff;
  private static final int MOST_BYTES = 32 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long fileSize;
  private long directory;
  private final Map<String, Entry> entries = new HashMap<>();

  private ZipDirectory(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.fileSize = channel.size();
  }

  static ZipDirectory read(Path file, FileChannel channel) throws IOException {
    ZipDirectory zip = new ZipDirectory(file, channel);
    zip.read();
    return zip;
  }

  Set<String> names() {
    return entries.keySet();
  }

  @Nullable Entry find(String name) {
    return entries.get(name);
  }

  /**
   * Returns where the content of an entry begins.
   *
   * @throws CheckpointFormatException if it is compressed, as PyTorch writes none that matters, or
   *     lies anywhere but between its header and the directory
   */
  long position(Entry entry) throws IOException {
    if (entry.method() != 0 || entry.storedSize() != entry.size()) {
      throw wrong(
          entry.name(),
          "is compressed, where PyTorch stores entries as they are; nothing was decompressed");
    }
    if (entry.header() < 0 || entry.header() > directory - LOCAL_LENGTH) {
      throw wrong(entry.name(), "lies outside of the archive's contents");
    }
    ByteBuffer header = FileRange.read(file, channel, entry.header(), LOCAL_LENGTH);
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    int nameLength = header.getShort(26) & UNSIGNED_SHORT;
    int extraLength = header.getShort(28) & UNSIGNED_SHORT;
    long begin = entry.header() + LOCAL_LENGTH + nameLength + extraLength;
    boolean itself =
        header.getInt(0) == LOCAL
            && nameLength == name.length
            && begin <= directory
            && FileRange.read(file, channel, entry.header() + LOCAL_LENGTH, nameLength)
                .equals(ByteBuffer.wrap(name));
    if (!itself) {
      throw wrong(entry.name(), "has no header of its own: the archive is damaged");
    }
    if (entry.size() < 0 || entry.size() > directory - begin) {
      throw wrong(
          entry.name(),
          "claims "
              + Long.toUnsignedString(entry.size())
              + " bytes, more than the "
              + (directory - begin)
              + " that are there");
    }
    return begin;
  }

  private void read() throws IOException {
    int tail = (int) Math.min(fileSize, END_LENGTH + LONGEST_COMMENT);
    ByteBuffer bytes = FileRange.read(file, channel, fileSize - tail, tail);
    int at = tail - END_LENGTH;
    while (at >= 0
        && (bytes.getInt(at) != END
            || (bytes.getShort(at + 20) & UNSIGNED_SHORT) != tail - END_LENGTH - at)) {
      at--;
    }
    if (at < 0) {
      throw CheckpointFormatException.of(
          file, "is a zip archive without its end: it is cut off, perhaps an unfinished download");
    }
    long end = fileSize - tail + at;
    long count = bytes.getShort(at + 10) & UNSIGNED_SHORT;
    long size = bytes.getInt(at + 12) & UNSIGNED_INT;
    directory = bytes.getInt(at + 16) & UNSIGNED_INT;
    ByteBuffer end64 = end64(end);
    if (end64 != null) {
      count = end64.getLong(32);
      size = end64.getLong(40);
      directory = end64.getLong(48);
    }
    if (directory < 0 || size < 0 || directory > end || size > end - directory) {
      throw CheckpointFormatException.of(file, "has a directory outside of the archive");
    }
    if (size > MOST_BYTES || count < 0 || count > size / CENTRAL_LENGTH) {
      throw CheckpointFormatException.of(
          file,
          "has a directory of " + count + " entries in " + size + " bytes, which is too much");
    }
    readEntries(FileRange.read(file, channel, directory, (int) size), count);
  }

  /** Returns the end record of large archives, or null if there is none. */
  private @Nullable ByteBuffer end64(long end) throws IOException {
    if (end < LOCATOR64_LENGTH + END64_LENGTH) {
      return null;
    }
    ByteBuffer locator = FileRange.read(file, channel, end - LOCATOR64_LENGTH, LOCATOR64_LENGTH);
    if (locator.getInt(0) != LOCATOR64) {
      return null;
    }
    long position = locator.getLong(8);
    if (position < 0 || position > end - LOCATOR64_LENGTH - END64_LENGTH) {
      throw CheckpointFormatException.of(file, "has an end record outside of the archive");
    }
    ByteBuffer record = FileRange.read(file, channel, position, END64_LENGTH);
    if (record.getInt(0) != END64) {
      throw CheckpointFormatException.of(file, "has no end record where one is said to be");
    }
    return record;
  }

  private void readEntries(ByteBuffer bytes, long count) {
    int at = 0;
    for (long i = 0; i < count; i++) {
      if (bytes.limit() - at < CENTRAL_LENGTH || bytes.getInt(at) != CENTRAL) {
        throw CheckpointFormatException.of(file, "has a damaged directory");
      }
      int nameLength = bytes.getShort(at + 28) & UNSIGNED_SHORT;
      int extraLength = bytes.getShort(at + 30) & UNSIGNED_SHORT;
      int commentLength = bytes.getShort(at + 32) & UNSIGNED_SHORT;
      int next = at + CENTRAL_LENGTH + nameLength + extraLength + commentLength;
      if (next > bytes.limit()) {
        throw CheckpointFormatException.of(file, "has a damaged directory");
      }
      Entry entry = entry(bytes, at, nameLength, extraLength);
      if (entries.putIfAbsent(entry.name(), entry) != null) {
        throw wrong(entry.name(), "is in the archive twice");
      }
      at = next;
    }
  }

  private Entry entry(ByteBuffer bytes, int at, int nameLength, int extraLength) {
    byte[] letters = new byte[nameLength];
    bytes.get(at + CENTRAL_LENGTH, letters);
    String name = new String(letters, StandardCharsets.UTF_8);
    long stored = bytes.getInt(at + 20) & UNSIGNED_INT;
    long size = bytes.getInt(at + 24) & UNSIGNED_INT;
    long header = bytes.getInt(at + 42) & UNSIGNED_INT;
    ByteBuffer large = extra64(bytes, at + CENTRAL_LENGTH + nameLength, extraLength);
    // The record has those of the three that do not fit, in this order.
    size = size == UNSIGNED_INT ? nextLong(large, name) : size;
    stored = stored == UNSIGNED_INT ? nextLong(large, name) : stored;
    header = header == UNSIGNED_INT ? nextLong(large, name) : header;
    return new Entry(name, bytes.getShort(at + 10) & UNSIGNED_SHORT, stored, size, header);
  }

  private static ByteBuffer extra64(ByteBuffer bytes, int begin, int length) {
    int at = begin;
    while (begin + length - at >= 4) {
      int size = bytes.getShort(at + 2) & UNSIGNED_SHORT;
      if ((bytes.getShort(at) & UNSIGNED_SHORT) == EXTRA64) {
        int fits = Math.min(size, begin + length - at - 4);
        return bytes.slice(at + 4, fits).order(ByteOrder.LITTLE_ENDIAN);
      }
      at += 4 + size;
    }
    return ByteBuffer.allocate(0);
  }

  private long nextLong(ByteBuffer large, String name) {
    if (large.remaining() < Long.BYTES) {
      throw wrong(name, "has no size or place: the directory is damaged");
    }
    return large.getLong();
  }

  private CheckpointFormatException wrong(String entry, String problem) {
    return CheckpointFormatException.of(file, "the entry " + Printable.name(entry) + " " + problem);
  }
}
