package io.github.espalier.metrics.resize;

import io.github.espalier.sd2.image.RgbImage;

/** The images of {@code make_resize_golden.py}. */
final class Formula {
  private Formula() {}

  private static int word(int index) {
    return (index + 1) * (int) 2654435761L;
  }

  static RgbImage bytes(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (word(i) >>> 13);
    }
    return new RgbImage(width, height, pixels);
  }

  static FloatImage floats(int width, int height) {
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = (word(i) >>> 8) / 65536f;
    }
    return new FloatImage(1, width, height, values);
  }
}
