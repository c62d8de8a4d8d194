package io.github.espalier.metrics.resize;

import java.util.Arrays;

/**
 * Resizes planes, their rows and their columns. Sums are in float64, what a pass hands on is
 * float32.
 */
final class FloatPasses {
  private FloatPasses() {}

  static FloatImage resize(PlaneRows image, Kernel kernel, int width, int height) {
    boolean wide = width != image.width();
    boolean tall = height != image.height();
    if (!wide && !tall) {
      return whole(image);
    }
    if (!tall) {
      return rows(image, kernel.taps(image.width(), width));
    }
    if (!wide) {
      return columns(image, kernel.taps(image.height(), height));
    }
    if (kernel.columnsFirst(image.width(), image.height(), height)) {
      FloatImage resized = columns(image, kernel.taps(image.height(), height));
      return rows(PlaneRows.of(resized), kernel.taps(image.width(), width));
    }
    FloatImage resized = rows(image, kernel.taps(image.width(), width));
    return columns(PlaneRows.of(resized), kernel.taps(image.height(), height));
  }

  private static FloatImage whole(PlaneRows image) {
    float[] result = new float[image.channels() * image.height() * image.width()];
    float[] values = new float[image.width()];
    for (int row = 0; row < image.channels() * image.height(); row++) {
      image.get(row / image.height(), row % image.height(), values);
      System.arraycopy(values, 0, result, row * values.length, values.length);
    }
    return FloatImage.owning(image.channels(), image.width(), image.height(), result);
  }

  private static FloatImage rows(PlaneRows image, Taps taps) {
    int rows = image.channels() * image.height();
    float[] result = new float[rows * taps.outputs()];
    float[] values = new float[image.width()];
    for (int row = 0; row < rows; row++) {
      image.get(row / image.height(), row % image.height(), values);
      row(values, taps, result, row * taps.outputs());
    }
    return FloatImage.owning(image.channels(), taps.outputs(), image.height(), result);
  }

  private static void row(float[] values, Taps taps, float[] result, int to) {
    double[] weights = taps.weights;
    for (int output = 0; output < taps.outputs(); output++) {
      int weight = output * taps.size;
      int at = taps.first[output];
      int end = at + taps.count[output];
      double sum = 0;
      while (at < end) {
        sum += values[at++] * weights[weight++];
      }
      result[to + output] = (float) sum;
    }
  }

  private static FloatImage columns(PlaneRows image, Taps taps) {
    int width = image.width();
    int height = taps.outputs();
    float[] result = new float[image.channels() * height * width];
    float[] values = new float[width];
    double[] sums = new double[width];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        Arrays.fill(sums, 0);
        for (int tap = 0; tap < taps.count[y]; tap++) {
          image.get(channel, taps.first[y] + tap, values);
          add(values, taps.weights[y * taps.size + tap], sums);
        }
        store(sums, result, (channel * height + y) * width);
      }
    }
    return FloatImage.owning(image.channels(), width, height, result);
  }

  private static void add(float[] values, double weight, double[] sums) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += values[x] * weight;
    }
  }

  private static void store(double[] sums, float[] result, int to) {
    for (int x = 0; x < sums.length; x++) {
      result[to + x] = (float) sums[x];
    }
  }
}
