package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.util.Random;

/** Feature maps of test values, and views of them. */
final class TestMaps {
  private TestMaps() {}

  /** Numbers between -1 and 1. */
  static float[] numbers(int count, Random random) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * random.nextFloat() - 1;
    }
    return numbers;
  }

  /** Puts values into a matrix of the workspace. */
  static FloatMatrix matrix(Compute compute, int rows, int columns, float... values) {
    FloatMatrix matrix = compute.take(rows, columns);
    matrix.put(0, 0, values, 0, rows * columns);
    return matrix;
  }

  /** Puts random numbers into maps of the workspace. */
  static FeatureMap random(
      Compute compute, int samples, int height, int width, int channels, Random random) {
    int pixels = samples * height * width;
    float[] values = numbers(pixels * channels, random);
    return new FeatureMap(matrix(compute, pixels, channels, values), samples, height, width);
  }

  /** Views one of the samples. */
  static FeatureMap sample(FeatureMap map, int sample) {
    FloatMatrix rows = map.values().rows(sample * map.pixels(), map.pixels());
    return new FeatureMap(rows, 1, map.height(), map.width());
  }
}
