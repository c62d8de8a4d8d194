package io.github.espalier.metrics.image;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The critical chunks of a PNG file. What else there is, such as compressed texts of any size, does
 * not matter and is left out. Source: W3C, <i>Portable Network Graphics (PNG) Specification</i>,
 * sections 5.3 and 11.2.
 */
final class PngChunks {
  private static final int SIGNATURE = 8;

  /** Length and type before the data. */
  private static final int BEFORE = 8;

  /** Length, type and checksum around the data. */
  private static final int AROUND = 12;

  private static final int HEADER = 13;
  private static final int COLOURS = 256;
  private static final int COLOUR_TYPE = 2;
  private static final int PALETTE_TYPE = 3;
  private static final int GREY_ALPHA_TYPE = 4;
  private static final int COLOUR_ALPHA_TYPE = 6;

  private final Path file;
  private final byte[] bytes;
  private final ByteBuffer header;
  private final List<InputStream> critical = new ArrayList<>();
  private final byte[] palette = new byte[3 * COLOURS];

  /** Reads the first chunk only, which has the size. */
  PngChunks(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    long length = length(SIGNATURE);
    String type = type(SIGNATURE);
    if (length != HEADER || !type.equals("IHDR")) {
      throw wrong("begins with a chunk " + type + " of " + length + " bytes, expected IHDR of 13");
    }
    header = ByteBuffer.wrap(bytes, SIGNATURE + BEFORE, HEADER).slice();
  }

  long width() {
    return Integer.toUnsignedLong(header.getInt(0));
  }

  long height() {
    return Integer.toUnsignedLong(header.getInt(4));
  }

  /** Bits of a sample. */
  int depth() {
    return header.get(8);
  }

  /** Bytes of a decoded pixel, those of less than eight bits rounded up. */
  int pixelBytes() {
    int samples =
        switch (header.get(9)) {
          case COLOUR_TYPE -> 3;
          case GREY_ALPHA_TYPE -> 2;
          case COLOUR_ALPHA_TYPE -> 4;
          default -> 1;
        };
    return samples * Math.max(1, depth() / Byte.SIZE);
  }

  boolean hasPalette() {
    return header.get(9) == PALETTE_TYPE;
  }

  /** Red, green and blue of each colour; those that the file lacks are black. */
  byte[] palette() {
    return palette;
  }

  /** Checks all chunks, and returns a PNG file of the critical ones only, without copying them. */
  InputStream readAll() {
    critical.clear();
    critical.add(new ByteArrayInputStream(bytes, 0, SIGNATURE));
    int at = SIGNATURE;
    while (!type(at).equals("IEND")) {
      at = take(at);
    }
    take(at);
    return new SequenceInputStream(Collections.enumeration(critical));
  }

  private int take(int at) {
    long length = length(at);
    if (Character.isUpperCase(bytes[at + 4])) {
      requireChecksum(at, (int) length);
      critical.add(new ByteArrayInputStream(bytes, at, (int) length + AROUND));
      if (type(at).equals("PLTE")) {
        System.arraycopy(bytes, at + BEFORE, palette, 0, (int) Math.min(length, palette.length));
      }
    }
    return at + (int) length + AROUND;
  }

  private void requireChecksum(int at, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, at + 4, length + 4);
    int stored = ByteBuffer.wrap(bytes).getInt(at + BEFORE + length);
    if ((int) checksum.getValue() != stored) {
      throw wrong(
          String.format(
              "is damaged: its chunk %s at byte %d has the checksum %08x, expected %08x",
              type(at), at, checksum.getValue(), stored));
    }
  }

  /** The length of a chunk's data, once it is known to be there with all that is around it. */
  private long length(int at) {
    long rest = bytes.length - (long) at - AROUND;
    long length = rest < 0 ? 0 : Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(at));
    if (length > rest) {
      throw wrong(
          "is cut off: the chunk at byte " + at + " goes beyond its " + bytes.length + " bytes");
    }
    return length;
  }

  private String type(int at) {
    length(at);
    return new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
  }

  private CheckpointFormatException wrong(String problem) {
    return CheckpointFormatException.of(file, problem);
  }
}
