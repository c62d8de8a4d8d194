package io.github.espalier.metrics.clipscore;

import io.github.espalier.metrics.clip.ClipPreprocess;
import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.reading.ImageStep;
import io.github.espalier.sd2.image.RgbImage;

/**
 * Makes the square that CLIP sees, which the model's preprocessing then leaves as it is.
 *
 * @param preprocess the model's
 */
record FramedImage(ClipPreprocess preprocess) implements ImageStep<RgbImage> {
  @Override
  public RgbImage apply(RgbImage image, ImageFormat format) {
    return preprocess.frame(image);
  }

  @Override
  public long workingBytes(int width, int height, ImageFormat format) {
    return preprocess.workingBytes(width, height);
  }
}
