package io.github.espalier.metrics.image;

/** Makes red, green and blue of rows of the components that JPEG files have. */
final class JpegColours {
  private static final int WHITE = 255;
  private static final int CENTRE = 128;
  private static final int FRACTION_BITS = 16;
  private static final int HALF = 1 << (FRACTION_BITS - 1);
  private static final int RED_OF_CR = fixed(1.402);
  private static final int GREEN_OF_CB = fixed(0.34414);
  private static final int GREEN_OF_CR = fixed(0.71414);
  private static final int BLUE_OF_CB = fixed(1.772);

  private JpegColours() {}

  private static int fixed(double value) {
    return (int) (value * (1 << FRACTION_BITS) + 0.5);
  }

  static void grey(int[] samples, byte[] pixels, int to) {
    for (int i = 0, at = to; i < samples.length; i++) {
      byte level = (byte) samples[i];
      pixels[at++] = level;
      pixels[at++] = level;
      pixels[at++] = level;
    }
  }

  static void rgb(int[] samples, byte[] pixels, int to) {
    for (int i = 0; i < samples.length; i++) {
      pixels[to + i] = (byte) samples[i];
    }
  }

  /**
   * Converts cyan, magenta, yellow and black, stored inverted: each colour is what its ink leaves
   * of what black leaves. Source: Pillow, {@code src/libImaging/Convert.c}.
   */
  static void cmyk(int[] samples, byte[] pixels, int to) {
    for (int i = 0, at = to; i < samples.length; i += 4) {
      int light = samples[i + 3];
      pixels[at++] = left(light, samples[i]);
      pixels[at++] = left(light, samples[i + 1]);
      pixels[at++] = left(light, samples[i + 2]);
    }
  }

  private static byte left(int light, int inverted) {
    // Division by 255, rounded.
    int product = (WHITE - inverted) * light + 128;
    return (byte) (light - ((product + (product >> 8)) >> 8));
  }

  /**
   * Converts luma and chroma to colours in place, in whole numbers as libjpeg does. Of four
   * components the colours are those of light, so they are inverted to be inks; the fourth stays.
   * Source: ITU-T T.871, section 7; libjpeg, {@code jdcolor.c}.
   */
  static void fromLumaAndChroma(int[] samples, int components) {
    int flip = components == 4 ? WHITE : 0;
    for (int i = 0; i < samples.length; i += components) {
      int luma = samples[i];
      int cb = samples[i + 1] - CENTRE;
      int cr = samples[i + 2] - CENTRE;
      int red = (RED_OF_CR * cr + HALF) >> FRACTION_BITS;
      int green = (HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr) >> FRACTION_BITS;
      int blue = (BLUE_OF_CB * cb + HALF) >> FRACTION_BITS;
      samples[i] = clip(luma + red) ^ flip;
      samples[i + 1] = clip(luma + green) ^ flip;
      samples[i + 2] = clip(luma + blue) ^ flip;
    }
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(WHITE, value));
  }
}
