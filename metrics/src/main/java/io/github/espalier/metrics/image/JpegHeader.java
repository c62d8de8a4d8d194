package io.github.espalier.metrics.image;

import io.github.espalier.core.model.CheckpointFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a JPEG file says before its first scan. Source: ITU-T T.81, annex B; T.871 for JFIF; for
 * Adobe's marker and what colours there are, libjpeg's {@code jdapimin.c} and {@code jdmarker.c}.
 */
final class JpegHeader {
  private static final int BYTE = 0xff;
  private static final int START_OF_FRAME = 0xc0;
  private static final int LAST_PROCESS = 0xcf;
  private static final int PROGRESSIVE = 0xc2;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int EXTENSION = 0xc8;
  private static final int ARITHMETIC_CONDITIONING = 0xcc;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int JFIF = 0xe0;
  private static final int ADOBE = 0xee;

  private static final int NO_TRANSFORM = -1;

  private final Path file;
  private final byte[] bytes;
  private boolean jfif;
  private int adobeTransform = NO_TRANSFORM;
  private int width;
  private int height;
  private int[] components = {};

  JpegHeader(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    int at = 2;
    while (marker(at) != START_OF_SCAN) {
      at = segment(at);
    }
    if (components.length == 0) {
      throw wrong("has no frame header before its first scan");
    }
    requireEnd(at);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int components() {
    return components.length;
  }

  /** Whether the first three components are luma and chroma rather than colours. */
  boolean isLumaAndChroma() {
    if (components.length == 4) {
      return adobeTransform == 2;
    }
    if (jfif) {
      return true;
    }
    return adobeTransform == NO_TRANSFORM
        ? !Arrays.equals(components, new int[] {'R', 'G', 'B'})
        : adobeTransform != 0;
  }

  /** Returns where the next segment is. */
  private int segment(int start) {
    int at = start;
    while (at + 1 < bytes.length && unsigned(at + 1) == BYTE) {
      at++;
    }
    int marker = marker(at);
    int length = (unsigned(at + 2) << 8) | unsigned(at + 3);
    int end = at + 2 + length;
    if (length < 2 || end > bytes.length) {
      throw cutOff();
    }
    if (isFrame(marker)) {
      frame(marker, at + 4);
    } else if (marker == JFIF && hasText(at + 4, end, "JFIF\0", 14)) {
      jfif = true;
    } else if (marker == ADOBE && hasText(at + 4, end, "Adobe", 12)) {
      adobeTransform = unsigned(at + 15);
    }
    return end;
  }

  private static boolean isFrame(int marker) {
    return marker >= START_OF_FRAME
        && marker <= LAST_PROCESS
        && marker != HUFFMAN_TABLES
        && marker != EXTENSION
        && marker != ARITHMETIC_CONDITIONING;
  }

  private void frame(int marker, int at) {
    int precision = unsigned(at);
    int count = unsigned(at + 5);
    if (marker > PROGRESSIVE || precision != 8 || (count != 1 && count != 3 && count != 4)) {
      throw wrong(
          "is a JPEG file of process "
              + (marker - START_OF_FRAME)
              + " with "
              + count
              + " components of "
              + precision
              + " bits, expected process 0 to 2 with 1, 3 or 4 components of 8 bits");
    }
    height = (unsigned(at + 1) << 8) | unsigned(at + 2);
    width = (unsigned(at + 3) << 8) | unsigned(at + 4);
    components = new int[count];
    for (int i = 0; i < count; i++) {
      components[i] = unsigned(at + 6 + 3 * i);
    }
  }

  private boolean hasText(int from, int end, String text, int least) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return end - from >= least
        && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
  }

  /** Decoders make up what is missing at the end, so its mark is looked for. */
  private void requireEnd(int scan) {
    for (int i = bytes.length - 2; i > scan; i--) {
      if (unsigned(i) == BYTE && unsigned(i + 1) == END_OF_IMAGE) {
        return;
      }
    }
    throw cutOff();
  }

  private int marker(int at) {
    if (unsigned(at) != BYTE) {
      throw wrong(
          String.format("is a damaged JPEG file: byte %d is %02x, expected ff", at, bytes[at]));
    }
    return unsigned(at + 1);
  }

  private int unsigned(int at) {
    if (at >= bytes.length) {
      throw cutOff();
    }
    return bytes[at] & BYTE;
  }

  private CheckpointFormatException cutOff() {
    return wrong(
        "is cut off: no end of a JPEG image in its " + bytes.length + " bytes, expected ff d9");
  }

  private CheckpointFormatException wrong(String problem) {
    return CheckpointFormatException.of(file, problem);
  }
}
