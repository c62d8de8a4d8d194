package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Conv2d.Geometry;
import java.util.Arrays;

/** Maxima and means of neighbouring pixels, channel by channel. Stateless. */
public final class Pooling {
  private Pooling() {}

  /**
   * Takes the greatest value under the window, as PyTorch's {@code max_pool2d}. Padding does not
   * count.
   *
   * @param compute does the work
   * @param window its size, stride and padding
   * @param input contiguous maps
   * @param output receives the maxima; of the window's output extents, perhaps {@linkplain
   *     FeatureMap#channels some channels} of larger maps
   * @throws IllegalArgumentException if the shapes do not fit, the window is dilated, or it can lie
   *     on padding alone
   */
  public static void max(Compute compute, Geometry window, FeatureMap input, FeatureMap output) {
    check(window, input, output);
    long time = compute.start();
    compute.forEach(
        output.samples() * output.height(),
        2.0 * window.height() * input.width() * input.channels(),
        line -> new Line(window, input, output, line).max());
    compute.stop(Operation.POOLING, time);
  }

  /**
   * Takes the mean of the values under the window, as PyTorch's {@code avg_pool2d} with {@code
   * count_include_pad=False}: padding does not count.
   *
   * @param compute does the work
   * @param window its size, stride and padding
   * @param input contiguous maps
   * @param rectify whether negative means become zero
   * @param output receives the means; of the window's output extents, perhaps {@linkplain
   *     FeatureMap#channels some channels} of larger maps
   * @throws IllegalArgumentException if the shapes do not fit, the window is dilated, or it can lie
   *     on padding alone
   */
  public static void mean(
      Compute compute, Geometry window, FeatureMap input, boolean rectify, FeatureMap output) {
    check(window, input, output);
    long time = compute.start();
    compute.forEach(
        output.samples() * output.height(),
        2.0 * window.height() * input.width() * input.channels(),
        line -> new Line(window, input, output, line).mean(rectify));
    compute.stop(Operation.POOLING, time);
  }

  /**
   * Takes the mean over all pixels, summed in binary64.
   *
   * @param map maps of at least one pixel
   * @param sample which of them
   * @return one value for each channel
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public static float[] mean(FeatureMap map, int sample) {
    FloatMatrix pixels = map.values().rows(sample * map.pixels(), map.pixels());
    double[] sums = new double[map.channels()];
    float[] row = new float[map.channels()];
    for (int i = 0; i < pixels.rows(); i++) {
      pixels.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        sums[j] += row[j];
      }
    }
    for (int j = 0; j < row.length; j++) {
      row[j] = (float) (sums[j] / pixels.rows());
    }
    return row;
  }

  private static void check(Geometry window, FeatureMap input, FeatureMap output) {
    if (output.samples() != input.samples()
        || output.height() != window.outputHeight(input.height())
        || output.width() != window.outputWidth(input.width())
        || output.channels() != input.channels()) {
      throw new IllegalArgumentException(window + " of " + input + " does not fit " + output);
    }
    if (window.dilation() != 1) {
      throw new IllegalArgumentException(window + ", but windows have neighbouring pixels");
    }
    Padding padding = window.padding();
    if (Math.max(padding.top(), padding.bottom()) >= window.height()
        || Math.max(padding.left(), padding.right()) >= window.width()) {
      throw new IllegalArgumentException(window + " can lie on padding alone");
    }
  }

  /** Joins each of the first elements of one array with its counterpart in another. */
  @FunctionalInterface
  private interface Join {
    void into(float[] result, float[] other, int length);
  }

  /** One row of output pixels. */
  private static final class Line {
    private final Geometry window;
    private final FeatureMap input;
    private final FloatMatrix target;
    private final int first;
    private final int from;
    private final int to;

    Line(Geometry window, FeatureMap input, FeatureMap output, int line) {
      this.window = window;
      this.input = input;
      int sample = line / output.height();
      int top = line % output.height() * window.stride() - window.padding().top();
      this.target = output.values().rows(line * output.width(), output.width());
      this.first = sample * input.height();
      this.from = Math.max(top, 0);
      this.to = Math.min(top + window.height(), input.height());
    }

    void max() {
      Rows.put(target, fold(VectorMath::maximum, Float.NEGATIVE_INFINITY));
    }

    void mean(boolean rectify) {
      int channels = input.channels();
      float[] result = fold(VectorMath::add, 0f);
      for (int x = 0; x < target.rows(); x++) {
        int left = x * window.stride() - window.padding().left();
        int across = Math.min(left + window.width(), input.width()) - Math.max(left, 0);
        VectorMath.scale(result, x * channels, channels, 1f / (across * (to - from)));
      }
      if (rectify) {
        VectorMath.rectify(result, target.rows() * channels);
      }
      Rows.put(target, result);
    }

    /** Joins what is under each window, first down and then across. */
    private float[] fold(Join join, float outside) {
      int length = input.width() * input.channels();
      float[] down = Scratch.floats(0, length);
      float[] other = Scratch.floats(1, length);
      load(from, down);
      for (int y = from + 1; y < to; y++) {
        load(y, other);
        join.into(down, other, length);
      }
      int outputs = target.rows() * input.channels();
      float[] result = Scratch.floats(2, outputs);
      float[] shifted = Scratch.floats(3, outputs);
      gather(down, 0, outside, result);
      for (int k = 1; k < window.width(); k++) {
        gather(down, k, outside, shifted);
        join.into(result, shifted, outputs);
      }
      return result;
    }

    private void load(int y, float[] line) {
      int length = input.width() * input.channels();
      input.values().get((first + y) * input.width(), 0, line, 0, length);
    }

    /** Takes the pixel of each window that is in its column {@code k}. */
    private void gather(float[] line, int k, float outside, float[] result) {
      int channels = input.channels();
      for (int x = 0; x < target.rows(); x++) {
        int column = x * window.stride() - window.padding().left() + k;
        if (column < 0 || column >= input.width()) {
          Arrays.fill(result, x * channels, (x + 1) * channels, outside);
        } else {
          System.arraycopy(line, column * channels, result, x * channels, channels);
        }
      }
    }
  }
}
