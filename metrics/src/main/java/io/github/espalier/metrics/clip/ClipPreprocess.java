package io.github.espalier.metrics.clip;

import com.google.common.collect.ImmutableList;
import io.github.espalier.sd2.image.RgbImage;
import java.util.List;

/**
 * What is done to an image before CLIP sees it: it becomes a square, and its values {@code (v / 255
 * - mean) / deviation}, in binary32. Immutable; safe for use by many threads.
 *
 * @param size side of the square in pixels, at least 1
 * @param framing how an image becomes the square
 * @param mean of red, green and blue
 * @param deviation of red, green and blue, each above 0
 */
public record ClipPreprocess(
    int size, ClipFraming framing, List<Double> mean, List<Double> deviation) {
  /** The statistics of OpenAI's training images, which OpenCLIP's models took over. */
  static final ImmutableList<Double> OPENAI_MEAN =
      ImmutableList.of(0.48145466, 0.4578275, 0.40821073);

  static final ImmutableList<Double> OPENAI_DEVIATION =
      ImmutableList.of(0.26862954, 0.26130258, 0.27577711);

  private static final int CHANNELS = 3;
  private static final int MOST_SIZE = 1 << 13;

  /**
   * Checks the values, and copies the lists.
   *
   * @param size side of the square in pixels, at least 1
   * @param framing how an image becomes the square
   * @param mean of red, green and blue
   * @param deviation of red, green and blue, each above 0
   * @throws IllegalArgumentException if the size is less than 1 or above 8192, there are not three
   *     of each, one is not finite, or a deviation is not above 0
   */
  public ClipPreprocess {
    if (size < 1 || size > MOST_SIZE) {
      throw new IllegalArgumentException("size is " + size + ", expected 1 to " + MOST_SIZE);
    }
    mean = ImmutableList.copyOf(mean);
    deviation = ImmutableList.copyOf(deviation);
    if (mean.size() != CHANNELS || deviation.size() != CHANNELS) {
      throw new IllegalArgumentException(
          "mean " + mean + " and deviation " + deviation + " are not of three colours");
    }
    for (int i = 0; i < CHANNELS; i++) {
      double least = deviation.get(i);
      if (!Double.isFinite(mean.get(i)) || !Double.isFinite(least) || !(least > 0)) {
        throw new IllegalArgumentException(
            "mean " + mean + " and deviation " + deviation + " are not finite and above 0");
      }
    }
  }

  /**
   * Returns OpenAI's preprocessing, whose mean and deviation OpenCLIP's models mostly share.
   *
   * @param size side of the square in pixels: 224, or 336 for ViT-L/14@336px
   * @return shorter side to size, the middle cut out as by torchvision
   * @throws IllegalArgumentException if the size is less than 1 or above 8192
   */
  public static ClipPreprocess openAi(int size) {
    return new ClipPreprocess(size, ClipFraming.TORCHVISION, OPENAI_MEAN, OPENAI_DEVIATION);
  }

  /**
   * Sets how an image becomes a square.
   *
   * @param value the way, {@link ClipFraming#CMMD} for CMMD
   * @return a preprocessing with that option
   */
  public ClipPreprocess withFraming(ClipFraming value) {
    return new ClipPreprocess(size, value, mean, deviation);
  }

  /**
   * Makes the square, in bytes.
   *
   * @param image any image
   * @return an image of {@link #size} by {@link #size} pixels
   * @throws IllegalArgumentException if one side is more than 100 times the other and the whole
   *     image would be resized
   */
  public RgbImage frame(RgbImage image) {
    return framing.frame(image, size);
  }

  /**
   * Says how much memory {@link #frame} takes at its height, beside the image.
   *
   * @param width that of the image
   * @param height that of the image
   * @return bytes on the Java heap
   */
  public long workingBytes(int width, int height) {
    return framing.workingBytes(width, height, size);
  }

  /**
   * Makes the values that the network sees.
   *
   * @param image any image
   * @return red, green and blue of each pixel, row by row: shape {@code [size, size, 3]}
   * @throws IllegalArgumentException as for {@link #frame}
   */
  public float[] apply(RgbImage image) {
    byte[] pixels = frame(image).pixels();
    float[] values = new float[pixels.length];
    for (int channel = 0; channel < CHANNELS; channel++) {
      float centre = mean.get(channel).floatValue();
      float scale = deviation.get(channel).floatValue();
      for (int i = channel; i < values.length; i += CHANNELS) {
        values[i] = ((pixels[i] & 0xff) / 255f - centre) / scale;
      }
    }
    return values;
  }
}
