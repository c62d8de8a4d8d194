package io.github.espalier.metrics.resize;

import io.github.espalier.sd2.image.RgbImage;

/**
 * Resizes images of bytes, bit for bit as Pillow's {@code Image.resize} (up to version 12) in mode
 * RGB, which widens its filter when it reduces, and rounds to bytes after the rows and after the
 * columns. Source: Pillow, {@code src/libImaging/Resample.c}.
 *
 * <p>Safe for use by many threads.
 */
public enum ByteResizer {
  /** {@code Image.BICUBIC}: R. Keys' cubic convolution with a = -0.5. */
  PILLOW_BICUBIC(PillowKernel.BICUBIC),
  /** {@code Image.BILINEAR}: a triangle. */
  PILLOW_BILINEAR(PillowKernel.BILINEAR);

  private final PillowKernel kernel;

  ByteResizer(PillowKernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Resizes an image.
   *
   * @param image the image
   * @param width pixels in a row of the result, at least 1
   * @param height rows of the result, at least 1
   * @return an image of that size
   * @throws IllegalArgumentException if the size is less than 1x1, or if {@code width} times either
   *     height is more than an array holds
   */
  public RgbImage resize(RgbImage image, int width, int height) {
    Sizes.require(3, width, height);
    Sizes.require(3, width, image.height());
    return BytePasses.resize(image, kernel, width, height);
  }
}
