package io.github.espalier.metrics.image;

import io.github.espalier.core.model.CheckpointFormatException;
import java.nio.file.Path;
import java.util.HexFormat;

/** The kinds of files that are read, told apart by how they begin. */
public enum ImageFormat {
  /** Portable Network Graphics: what was stored comes back. */
  PNG("89 50 4e 47 0d 0a 1a 0a"),
  /** JPEG: less comes back than was stored. */
  JPEG("ff d8 ff");

  private static final int LONGEST = 8;

  private final String signature;

  ImageFormat(String signature) {
    this.signature = signature;
  }

  /**
   * Finds out what a file is, whatever its name ends with.
   *
   * @param name what messages call the file; it is not read
   * @param bytes the file, or its beginning
   * @return its format
   * @throws CheckpointFormatException if it is empty or neither PNG nor JPEG
   */
  public static ImageFormat of(Path name, byte[] bytes) {
    int length = Math.min(bytes.length, LONGEST);
    String start = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, length);
    for (ImageFormat format : values()) {
      if (start.startsWith(format.signature)) {
        return format;
      }
    }
    throw CheckpointFormatException.of(
        name,
        (start.isEmpty() ? "is empty" : "begins with " + start)
            + ", expected a PNG file ("
            + PNG.signature
            + ") or a JPEG file ("
            + JPEG.signature
            + ")");
  }
}
