package io.github.espalier.metrics.reading;

import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.protocol.ImagePreparation;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.image.RgbImage;

/**
 * What is made of an image as soon as it is decoded. Implementations are safe for use by many
 * threads.
 *
 * @param <T> the result, small as against an image
 */
public interface ImageStep<T> {
  /**
   * Makes the result.
   *
   * @param image the image
   * @param format what kind of file it was read from
   * @return the result
   * @throws IllegalArgumentException if it cannot be made of such an image
   */
  T apply(RgbImage image, ImageFormat format);

  /**
   * Says how much memory that takes at its height, beside the image.
   *
   * @param width that of the image
   * @param height that of the image
   * @param format what kind of file it is read from
   * @return bytes on the Java heap
   */
  long workingBytes(int width, int height, ImageFormat format);

  /**
   * Makes a network's input.
   *
   * @param preparation how
   * @return the step
   */
  static ImageStep<FloatImage> of(ImagePreparation preparation) {
    return new ImageStep<>() {
      @Override
      public FloatImage apply(RgbImage image, ImageFormat format) {
        return preparation.prepare(image, format);
      }

      @Override
      public long workingBytes(int width, int height, ImageFormat format) {
        return preparation.workingBytes(width, height, format);
      }
    };
  }
}
