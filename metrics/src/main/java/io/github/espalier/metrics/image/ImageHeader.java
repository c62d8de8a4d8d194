package io.github.espalier.metrics.image;

/**
 * What an image file says of itself before its pixels.
 *
 * @param format its format
 * @param width pixels in a row
 * @param height rows
 * @param storedBytes bytes of a pixel as it is stored, 1 to 8
 */
public record ImageHeader(ImageFormat format, int width, int height, int storedBytes) {
  private static final int RGB_BYTES = 3;

  /** Tables of the decoders, and rows. */
  private static final long OVERHEAD = 1 << 19;

  /**
   * Says how much memory decoding takes at its height, beside the file: the stored samples together
   * with the colours made of them, or these and their copy in the image.
   *
   * @return bytes on the Java heap
   */
  public long decodingBytes() {
    return OVERHEAD + pixels() * (RGB_BYTES + Math.max(RGB_BYTES, storedBytes));
  }

  /**
   * Returns the size of the decoded image.
   *
   * @return bytes on the Java heap
   */
  public long imageBytes() {
    return RGB_BYTES * pixels();
  }

  private long pixels() {
    return (long) width * height;
  }
}
