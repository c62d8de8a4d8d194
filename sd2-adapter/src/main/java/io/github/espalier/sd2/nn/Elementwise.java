package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;

/** Functions of single elements, and copies of feature maps. Stateless. */
public final class Elementwise {
  private static final int ROWS = 64;

  private Elementwise() {}

  /** An activation. */
  public enum Activation {
    /** x Phi(x), with the normal distribution function. */
    GELU,
    /** x / (1 + exp(-1.702 x)), CLIP's approximation of it. */
    QUICK_GELU,
    /** x / (1 + exp(-x)). */
    SILU
  }

  /**
   * Applies an activation in place.
   *
   * @param compute does the work
   * @param activation which one
   * @param values contiguous; each element is replaced
   */
  public static void apply(Compute compute, Activation activation, FloatMatrix values) {
    long time = compute.start();
    int count = Math.toIntExact(values.elements());
    FloatMatrix line = values.reshaped(1, count);
    int block = VectorMath.BLOCK;
    compute.forEach(
        (count + block - 1) / block,
        20.0 * block,
        task -> {
          int from = task * block;
          int length = Math.min(block, count - from);
          float[] numbers = Scratch.floats(0, length);
          line.get(0, from, numbers, 0, length);
          switch (activation) {
            case GELU -> VectorMath.gelu(numbers, length);
            case QUICK_GELU -> VectorMath.swish(numbers, length, 1.702f);
            case SILU -> VectorMath.swish(numbers, length, 1f);
          }
          line.put(0, from, numbers, 0, length);
        });
    compute.stop(Operation.OTHER, time);
  }

  /**
   * Puts the channels of two maps side by side.
   *
   * @param compute does the work
   * @param first its channels come first
   * @param second a map of the same extents
   * @return maps in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the extents differ
   */
  public static FeatureMap concatenate(Compute compute, FeatureMap first, FeatureMap second) {
    if (first.samples() != second.samples()
        || first.height() != second.height()
        || first.width() != second.width()) {
      throw new IllegalArgumentException(first + " cannot stand beside " + second);
    }
    long time = compute.start();
    FloatMatrix all = compute.take(first.values().rows(), first.channels() + second.channels());
    FloatMatrix left = all.columns(0, first.channels());
    FloatMatrix right = all.columns(first.channels(), second.channels());
    int rows = all.rows();
    compute.forEach(
        (rows + ROWS - 1) / ROWS,
        4.0 * ROWS * all.columns(),
        task -> {
          int from = task * ROWS;
          int count = Math.min(ROWS, rows - from);
          left.rows(from, count).copyAll(first.values().rows(from, count));
          right.rows(from, count).copyAll(second.values().rows(from, count));
        });
    compute.stop(Operation.OTHER, time);
    return first.with(all);
  }

  /**
   * Enlarges maps by repeating the nearest pixel.
   *
   * @param compute does the work
   * @param map the maps
   * @param height rows of the result
   * @param width pixels in a row of the result
   * @return maps in a matrix of the workspace, to be released; pixel y comes from row {@code
   *     floor(y * map.height() / height)}, as in PyTorch's {@code nearest}
   */
  public static FeatureMap nearest(Compute compute, FeatureMap map, int height, int width) {
    long time = compute.start();
    int rows = Math.multiplyExact(map.samples(), Math.multiplyExact(height, width));
    FloatMatrix values = compute.take(rows, map.channels());
    int channels = map.channels();
    compute.forEach(
        map.samples() * height,
        4.0 * width * channels,
        line -> {
          int sample = line / height;
          int y = (int) ((long) (line % height) * map.height() / height);
          int source = (sample * map.height() + y) * map.width();
          float[] from = Scratch.floats(0, map.width() * channels);
          float[] to = Scratch.floats(1, width * channels);
          map.values().get(source, 0, from, 0, map.width() * channels);
          for (int x = 0; x < width; x++) {
            int old = (int) ((long) x * map.width() / width);
            System.arraycopy(from, old * channels, to, x * channels, channels);
          }
          values.put(line * width, 0, to, 0, width * channels);
        });
    compute.stop(Operation.OTHER, time);
    return new FeatureMap(values, map.samples(), height, width);
  }

  /**
   * Copies maps.
   *
   * @param compute does the work
   * @param map the maps
   * @return a copy in a matrix of the workspace, to be released
   */
  public static FeatureMap copy(Compute compute, FeatureMap map) {
    long time = compute.start();
    FloatMatrix copy = compute.take(map.values().rows(), map.channels());
    copy.copyAll(map.values());
    compute.stop(Operation.OTHER, time);
    return map.with(copy);
  }
}
