package io.github.espalier.metrics.resize;

import io.github.espalier.sd2.image.RgbImage;
import java.util.Arrays;

/** An image of one or more planes of float32 values. Immutable. */
public final class FloatImage {
  private final int channels;
  private final int width;
  private final int height;
  private final float[] values;

  /**
   * Copies an image.
   *
   * @param channels number of planes, at least 1
   * @param width values in a row, at least 1
   * @param height rows of a plane, at least 1
   * @param values plane by plane, row by row: shape {@code [channels, height, width]}
   * @throws IllegalArgumentException if there are not as many values as that
   */
  public FloatImage(int channels, int width, int height, float[] values) {
    this(checked(channels, width, height, values).clone(), channels, width, height);
  }

  private FloatImage(float[] owned, int channels, int width, int height) {
    this.channels = channels;
    this.width = width;
    this.height = height;
    this.values = owned;
  }

  private static float[] checked(int channels, int width, int height, float[] values) {
    Sizes.require(channels, width, height);
    if (values.length != channels * width * height) {
      throw new IllegalArgumentException(
          values.length + " values are not " + channels + " planes of " + width + "x" + height);
    }
    return values;
  }

  /** Takes an array that nothing else holds, of the right length. */
  static FloatImage owning(int channels, int width, int height, float[] values) {
    return new FloatImage(checked(channels, width, height, values), channels, width, height);
  }

  /**
   * Converts an image of bytes.
   *
   * @param image the image
   * @return its three planes, red first, with values from 0 to 255
   */
  public static FloatImage of(RgbImage image) {
    byte[] pixels = image.pixels();
    int plane = image.width() * image.height();
    float[] values = new float[3 * plane];
    for (int i = 0, at = 0; i < plane; i++) {
      values[i] = pixels[at++] & 0xff;
      values[plane + i] = pixels[at++] & 0xff;
      values[2 * plane + i] = pixels[at++] & 0xff;
    }
    return new FloatImage(values, 3, image.width(), image.height());
  }

  /**
   * Divides every value, rounding to float32. Divided by 255, the values of {@link #of} are those
   * of torchvision's {@code ToTensor}.
   *
   * @param divisor by what
   * @return the quotients
   */
  public FloatImage dividedBy(float divisor) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] / divisor;
    }
    return new FloatImage(result, channels, width, height);
  }

  /**
   * Returns the number of planes.
   *
   * @return how many
   */
  public int channels() {
    return channels;
  }

  /**
   * Returns the width.
   *
   * @return values in a row
   */
  public int width() {
    return width;
  }

  /**
   * Returns the height.
   *
   * @return rows of a plane
   */
  public int height() {
    return height;
  }

  /**
   * Returns the values.
   *
   * @return a copy, plane by plane, row by row
   */
  public float[] values() {
    return values.clone();
  }

  /** The values themselves, which callers do not write. */
  float[] shared() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatImage image
        && image.channels == channels
        && image.width == width
        && image.height == height
        && Arrays.equals(image.values, values);
  }

  @Override
  public int hashCode() {
    return ((31 * channels + width) * 31 + height) * 31 + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "an image of " + channels + " planes of " + width + "x" + height;
  }
}
