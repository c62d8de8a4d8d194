package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;

/**
 * Images of features, channels last.
 *
 * @param values one row for each pixel, sample by sample and row by row; one column for each
 *     channel
 * @param samples number of images
 * @param height rows of pixels in each
 * @param width pixels in each row
 */
public record FeatureMap(FloatMatrix values, int samples, int height, int width) {
  /**
   * Checks the extents.
   *
   * @param values one row for each pixel, sample by sample and row by row; one column for each
   *     channel
   * @param samples number of images
   * @param height rows of pixels in each
   * @param width pixels in each row
   * @throws IllegalArgumentException if there are not as many rows as pixels
   */
  public FeatureMap {
    if (samples < 0
        || height < 0
        || width < 0
        || values.rows() != (long) samples * height * width) {
      throw new IllegalArgumentException(
          values + " is not " + samples + " images of " + height + "x" + width);
    }
  }

  /**
   * Returns the number of channels.
   *
   * @return columns of the matrix
   */
  public int channels() {
    return values.columns();
  }

  /**
   * Returns the number of pixels of one image.
   *
   * @return height times width
   */
  public int pixels() {
    return height * width;
  }

  /**
   * Puts other values on the same pixels.
   *
   * @param other as many rows as this has
   * @return a map of the same extents
   * @throws IllegalArgumentException if there are not as many rows as pixels
   */
  public FeatureMap with(FloatMatrix other) {
    return new FeatureMap(other, samples, height, width);
  }

  /**
   * Views some channels.
   *
   * @param from first channel
   * @param count number of channels
   * @return maps of the same extents in the same memory
   * @throws IndexOutOfBoundsException if there are no such channels
   */
  public FeatureMap channels(int from, int count) {
    return with(values.columns(from, count));
  }

  @Override
  public String toString() {
    return samples + " maps of " + height + "x" + width + " with " + channels() + " channels";
  }
}
