package io.github.espalier.metrics.resize;

import io.github.espalier.sd2.image.RgbImage;
import java.util.Arrays;

/**
 * Resizes an image of bytes as Pillow does: its rows and its columns, each in whole numbers with
 * weights in units of 2<sup>-22</sup>, rounded and clipped to a byte. Source: Pillow, {@code
 * src/libImaging/Resample.c}.
 */
final class BytePasses {
  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private BytePasses() {}

  static RgbImage resize(RgbImage image, Kernel kernel, int width, int height) {
    if (kernel.columnsFirst(image.width(), image.height(), height)) {
      return toWidth(toHeight(image, kernel, height), kernel, width);
    }
    return toHeight(toWidth(image, kernel, width), kernel, height);
  }

  private static RgbImage toWidth(RgbImage image, Kernel kernel, int width) {
    return width == image.width() ? image : rows(image, kernel.taps(image.width(), width));
  }

  private static RgbImage toHeight(RgbImage image, Kernel kernel, int height) {
    return height == image.height() ? image : columns(image, kernel.taps(image.height(), height));
  }

  private static int[] fixed(Taps taps) {
    int[] weights = new int[taps.weights.length];
    for (int i = 0; i < weights.length; i++) {
      double scaled = taps.weights[i] * (1 << FRACTION_BITS);
      weights[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return weights;
  }

  private static RgbImage rows(RgbImage image, Taps taps) {
    byte[] pixels = image.pixels();
    int width = image.width();
    int height = image.height();
    int[] weights = fixed(taps);
    byte[] result = new byte[3 * taps.outputs() * height];
    for (int y = 0; y < height; y++) {
      row(pixels, 3 * y * width, taps, weights, result, 3 * y * taps.outputs());
    }
    return new RgbImage(taps.outputs(), height, result);
  }

  private static void row(
      byte[] pixels, int from, Taps taps, int[] weights, byte[] result, int to) {
    for (int output = 0; output < taps.outputs(); output++) {
      int tap = output * taps.size;
      int at = from + 3 * taps.first[output];
      int end = at + 3 * taps.count[output];
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (; at < end; at += 3) {
        int weight = weights[tap++];
        red += (pixels[at] & 0xff) * weight;
        green += (pixels[at + 1] & 0xff) * weight;
        blue += (pixels[at + 2] & 0xff) * weight;
      }
      int pixel = to + 3 * output;
      result[pixel] = clip(red);
      result[pixel + 1] = clip(green);
      result[pixel + 2] = clip(blue);
    }
  }

  private static RgbImage columns(RgbImage image, Taps taps) {
    byte[] pixels = image.pixels();
    int rowLength = 3 * image.width();
    int[] weights = fixed(taps);
    byte[] result = new byte[rowLength * taps.outputs()];
    int[] sums = new int[rowLength];
    for (int y = 0; y < taps.outputs(); y++) {
      Arrays.fill(sums, HALF);
      for (int tap = 0; tap < taps.count[y]; tap++) {
        add(pixels, (taps.first[y] + tap) * rowLength, weights[y * taps.size + tap], sums);
      }
      store(sums, result, y * rowLength);
    }
    return new RgbImage(image.width(), taps.outputs(), result);
  }

  private static void add(byte[] pixels, int from, int weight, int[] sums) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += (pixels[from + x] & 0xff) * weight;
    }
  }

  private static void store(int[] sums, byte[] result, int to) {
    for (int x = 0; x < sums.length; x++) {
      result[to + x] = clip(sums[x]);
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
