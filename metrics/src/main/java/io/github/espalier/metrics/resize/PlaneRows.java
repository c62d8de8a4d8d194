package io.github.espalier.metrics.resize;

import io.github.espalier.sd2.image.RgbImage;

/** Planes that are read row by row, so that an image of bytes is never held as floats. */
interface PlaneRows {
  int channels();

  int width();

  int height();

  /** Copies a row of a plane; the target is as long as a row. */
  void get(int channel, int y, float[] target);

  static PlaneRows of(FloatImage image) {
    return new OfFloats(image);
  }

  /** The values of bytes, divided and rounded to float32. */
  static PlaneRows of(RgbImage image, float divisor) {
    return new OfBytes(image.width(), image.height(), image.pixels(), divisor);
  }

  /**
   * Planes of floats.
   *
   * @param image the image
   */
  record OfFloats(FloatImage image) implements PlaneRows {
    @Override
    public int channels() {
      return image.channels();
    }

    @Override
    public int width() {
      return image.width();
    }

    @Override
    public int height() {
      return image.height();
    }

    @Override
    public void get(int channel, int y, float[] target) {
      int from = (channel * height() + y) * target.length;
      System.arraycopy(image.shared(), from, target, 0, target.length);
    }
  }

  /** Planes of bytes that alternate. */
  final class OfBytes implements PlaneRows {
    private static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private final byte[] pixels;
    private final float divisor;

    private OfBytes(int width, int height, byte[] pixels, float divisor) {
      this.width = width;
      this.height = height;
      this.pixels = pixels;
      this.divisor = divisor;
    }

    @Override
    public int channels() {
      return CHANNELS;
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public int height() {
      return height;
    }

    @Override
    public void get(int channel, int y, float[] target) {
      int at = CHANNELS * y * width + channel;
      for (int x = 0; x < width; x++, at += CHANNELS) {
        target[x] = (pixels[at] & 0xff) / divisor;
      }
    }
  }
}
