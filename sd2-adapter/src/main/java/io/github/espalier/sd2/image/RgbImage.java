package io.github.espalier.sd2.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** An image of red, green and blue in eight bits each. Immutable. */
public final class RgbImage {
  private final int width;
  private final int height;
  private final byte[] pixels;

  /**
   * Copies an image.
   *
   * @param width pixels in a row, at least 1
   * @param height rows, at least 1
   * @param pixels red, green and blue of each pixel, row by row
   * @throws IllegalArgumentException if there are not as many bytes as that
   */
  public RgbImage(int width, int height, byte[] pixels) {
    if (width < 1 || height < 1 || pixels.length != 3L * width * height) {
      throw new IllegalArgumentException(
          pixels.length + " bytes are not an RGB image of " + width + "x" + height);
    }
    this.width = width;
    this.height = height;
    this.pixels = pixels.clone();
  }

  /**
   * Returns the width.
   *
   * @return pixels in a row
   */
  public int width() {
    return width;
  }

  /**
   * Returns the height.
   *
   * @return rows
   */
  public int height() {
    return height;
  }

  /**
   * Returns the pixels.
   *
   * @return a copy: red, green and blue of each pixel, row by row
   */
  public byte[] pixels() {
    return pixels.clone();
  }

  /**
   * Converts the image for Java's own imaging classes.
   *
   * @return a new image of type {@link BufferedImage#TYPE_INT_RGB}
   */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        row[x] =
            ((pixels[at] & 0xff) << 16) | ((pixels[at + 1] & 0xff) << 8) | (pixels[at + 2] & 0xff);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage image
        && image.width == width
        && image.height == height
        && Arrays.equals(image.pixels, pixels);
  }

  @Override
  public int hashCode() {
    return (31 * width + height) * 31 + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "an image of " + width + "x" + height;
  }
}
