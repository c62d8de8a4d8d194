package io.github.espalier.metrics.protocol;

import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.image.RgbImage;

/** Makes a network's input of an image. Implementations are safe for use by many threads. */
public interface ImagePreparation {
  /**
   * Returns what results call this, the same for the same arithmetic only.
   *
   * @return such as {@code clean-fid}
   */
  String protocol();

  /**
   * Returns the width of the result.
   *
   * @return pixels
   */
  int width();

  /**
   * Returns the height of the result.
   *
   * @return pixels
   */
  int height();

  /**
   * Says how much memory {@link #prepare} takes at its height, for images to be decoded fewer at a
   * time where they are large. The image itself does not count, nor does the result.
   *
   * @param width that of the image
   * @param height that of the image
   * @param format what kind of file it is read from
   * @return bytes on the Java heap; by default those of two copies as floats
   */
  default long workingBytes(int width, int height, ImageFormat format) {
    return 24L * width * height;
  }

  /**
   * Makes an input.
   *
   * @param image the image
   * @param format what kind of file it was read from
   * @return three planes, red first, of the size above
   * @throws IllegalArgumentException if the image is too large for a step of the protocol
   */
  FloatImage prepare(RgbImage image, ImageFormat format);
}
