package io.github.espalier.metrics.resize;

import java.util.Arrays;

/**
 * Resizes planes, their rows and their columns. Sums are in float64, what a pass hands on is
 * float32.
 */
final class FloatPasses {
  private FloatPasses() {}

  static FloatImage resize(FloatImage image, Kernel kernel, int width, int height) {
    if (kernel.columnsFirst(image.width(), image.height(), height)) {
      return toWidth(toHeight(image, kernel, height), kernel, width);
    }
    return toHeight(toWidth(image, kernel, width), kernel, height);
  }

  private static FloatImage toWidth(FloatImage image, Kernel kernel, int width) {
    return width == image.width() ? image : rows(image, kernel.taps(image.width(), width));
  }

  private static FloatImage toHeight(FloatImage image, Kernel kernel, int height) {
    return height == image.height() ? image : columns(image, kernel.taps(image.height(), height));
  }

  private static FloatImage rows(FloatImage image, Taps taps) {
    float[] values = image.shared();
    int rows = image.channels() * image.height();
    float[] result = new float[rows * taps.outputs()];
    for (int row = 0; row < rows; row++) {
      row(values, row * image.width(), taps, result, row * taps.outputs());
    }
    return FloatImage.owning(image.channels(), taps.outputs(), image.height(), result);
  }

  private static void row(float[] values, int from, Taps taps, float[] result, int to) {
    double[] weights = taps.weights;
    for (int output = 0; output < taps.outputs(); output++) {
      int weight = output * taps.size;
      int at = from + taps.first[output];
      int end = at + taps.count[output];
      double sum = 0;
      while (at < end) {
        sum += values[at++] * weights[weight++];
      }
      result[to + output] = (float) sum;
    }
  }

  private static FloatImage columns(FloatImage image, Taps taps) {
    int width = image.width();
    int height = taps.outputs();
    float[] result = new float[image.channels() * height * width];
    double[] sums = new double[width];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        int from = (channel * image.height() + taps.first[y]) * width;
        sumRows(image.shared(), from, taps, y, sums);
        store(sums, result, (channel * height + y) * width);
      }
    }
    return FloatImage.owning(image.channels(), width, height, result);
  }

  private static void sumRows(float[] values, int from, Taps taps, int output, double[] sums) {
    Arrays.fill(sums, 0);
    for (int tap = 0; tap < taps.count[output]; tap++) {
      double weight = taps.weights[output * taps.size + tap];
      int row = from + tap * sums.length;
      for (int x = 0; x < sums.length; x++) {
        sums[x] += values[row + x] * weight;
      }
    }
  }

  private static void store(double[] sums, float[] result, int to) {
    for (int x = 0; x < sums.length; x++) {
      result[to + x] = (float) sums[x];
    }
  }
}
