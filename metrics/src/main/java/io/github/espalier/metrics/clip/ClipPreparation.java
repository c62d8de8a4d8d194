package io.github.espalier.metrics.clip;

import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.protocol.ImagePreparation;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.image.RgbImage;
import java.util.Locale;

/**
 * Makes a CLIP network's input of an image. Immutable.
 *
 * @param preprocess how
 */
public record ClipPreparation(ClipPreprocess preprocess) implements ImagePreparation {
  private static final int CHANNELS = 3;

  /** Returns the way to make a square, its side, and what values are centred and divided by. */
  @Override
  public String protocol() {
    return "clip-"
        + preprocess.framing().name().toLowerCase(Locale.ROOT)
        + "-"
        + preprocess.size()
        + " (mean "
        + preprocess.mean()
        + ", deviation "
        + preprocess.deviation()
        + ")";
  }

  @Override
  public int width() {
    return preprocess.size();
  }

  @Override
  public int height() {
    return preprocess.size();
  }

  @Override
  public long workingBytes(int width, int height, ImageFormat format) {
    return preprocess.workingBytes(width, height);
  }

  /**
   * Makes an input.
   *
   * @param image the image
   * @param format of no importance
   * @return three planes, red first, of the size above
   * @throws IllegalArgumentException as for {@link ClipPreprocess#frame}
   */
  @Override
  public FloatImage prepare(RgbImage image, ImageFormat format) {
    float[] pixels = preprocess.apply(image);
    int plane = pixels.length / CHANNELS;
    float[] planes = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      planes[i % CHANNELS * plane + i / CHANNELS] = pixels[i];
    }
    return new FloatImage(CHANNELS, width(), height(), planes);
  }

  /** Undoes the last step of {@link #prepare}. */
  static float[] pixels(FloatImage prepared) {
    float[] planes = prepared.values();
    int plane = planes.length / CHANNELS;
    float[] pixels = new float[planes.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = planes[i % CHANNELS * plane + i / CHANNELS];
    }
    return pixels;
  }
}
