package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;

/**
 * A convolution as a product: the input under the kernel at each position is a row.
 *
 * <p>Weights are {@code [out, height, width, in]}, so that a row of the kernel covers one run of
 * memory.
 */
final class Unfolding implements Convolver {
  /** Positions that are unfolded at a time. */
  private static final int POSITIONS = 512;

  private final FloatMatrix weights;
  private final Conv2d.Geometry geometry;

  Unfolding(FloatMatrix weights, Conv2d.Geometry geometry) {
    this.weights = weights;
    this.geometry = geometry;
  }

  /** Moves the input channels of {@code [out, in, area]} to the end. */
  static void channelsLast(FloatMatrix weights, int in, int area, FloatMatrix result) {
    float[] from = new float[in * area];
    float[] to = new float[in * area];
    for (int row = 0; row < weights.rows(); row++) {
      weights.get(row, 0, from, 0, from.length);
      for (int channel = 0; channel < in; channel++) {
        for (int k = 0; k < area; k++) {
          to[k * in + channel] = from[channel * area + k];
        }
      }
      result.put(row, 0, to, 0, to.length);
    }
  }

  @Override
  public Operation operation() {
    return Operation.CONVOLUTION_UNFOLDED;
  }

  @Override
  public void run(Compute compute, FeatureMap input, Ending ending, FeatureMap output) {
    int positions = output.values().rows();
    if (positions < 2 * POSITIONS) {
      runWhole(compute, input, ending, output);
      return;
    }
    int perSample = (output.pixels() + POSITIONS - 1) / POSITIONS;
    int tasks = perSample * output.samples();
    compute.forEach(
        tasks,
        2.0 * weights.elements() * Math.min(POSITIONS, output.pixels()),
        task -> {
          int sample = task / perSample;
          int from = task % perSample * POSITIONS;
          int count = Math.min(POSITIONS, output.pixels() - from);
          FloatMatrix patches = compute.take(count, weights.columns());
          unfold(input, output, sample * output.pixels() + from, count, patches);
          FloatMatrix target = output.values().rows(sample * output.pixels() + from, count);
          float beta = ending.before(target, 0);
          MatrixProducts.multiply(1f, patches, PLAIN, weights, TRANSPOSED, beta, target);
          ending.after(target, 0);
          compute.release(patches);
        });
  }

  /** Unfolds all at first, then splits the product over the output channels. */
  private void runWhole(Compute compute, FeatureMap input, Ending ending, FeatureMap output) {
    int positions = output.values().rows();
    FloatMatrix patches = compute.take(positions, weights.columns());
    int step = 16;
    compute.forEach(
        (positions + step - 1) / step,
        4.0 * step * weights.columns(),
        task -> {
          int from = task * step;
          int count = Math.min(step, positions - from);
          unfold(input, output, from, count, patches.rows(from, count));
        });
    Products.Block[] blocks = Products.blocks(positions, weights.rows());
    compute.forEach(
        blocks.length,
        2.0 * positions * weights.elements() / blocks.length,
        task -> {
          Products.Block block = blocks[task];
          FloatMatrix target = block.of(output.values());
          float beta = ending.before(target, block.column());
          MatrixProducts.multiply(
              1f,
              patches,
              PLAIN,
              weights.rows(block.column(), block.columns()),
              TRANSPOSED,
              beta,
              target);
          ending.after(target, block.column());
        });
    compute.release(patches);
  }

  private void unfold(
      FeatureMap input, FeatureMap output, int first, int count, FloatMatrix patches) {
    if (geometry.dilation() > 1) {
      unfoldPixels(input, output, first, count, patches);
      return;
    }
    int channels = input.channels();
    float[] zeros = new float[geometry.width() * channels];
    for (int i = 0; i < count; i++) {
      int sample = (first + i) / output.pixels();
      int position = (first + i) % output.pixels();
      int top = position / output.width() * geometry.stride() - geometry.padding().top();
      int left = position % output.width() * geometry.stride() - geometry.padding().left();
      int skip = Math.min(Math.max(-left, 0), geometry.width());
      int end = Math.max(Math.min(geometry.width(), input.width() - left), skip);
      for (int k = 0; k < geometry.height(); k++) {
        int y = top + k;
        int at = k * geometry.width() * channels;
        if (y < 0 || y >= input.height()) {
          patches.put(i, at, zeros, 0, zeros.length);
          continue;
        }
        int row = (sample * input.height() + y) * input.width() + left + skip;
        if (skip > 0) {
          patches.put(i, at, zeros, 0, skip * channels);
        }
        if (end > skip) {
          patches.copy(i, at + skip * channels, input.values(), row, 0, (end - skip) * channels);
        }
        if (end < geometry.width()) {
          patches.put(i, at + end * channels, zeros, 0, (geometry.width() - end) * channels);
        }
      }
    }
  }

  /** The same for a kernel whose elements are apart, pixel by pixel. */
  private void unfoldPixels(
      FeatureMap input, FeatureMap output, int first, int count, FloatMatrix patches) {
    int channels = input.channels();
    float[] zeros = new float[channels];
    for (int i = 0; i < count; i++) {
      int sample = (first + i) / output.pixels();
      int position = (first + i) % output.pixels();
      int top = position / output.width() * geometry.stride() - geometry.padding().top();
      int left = position % output.width() * geometry.stride() - geometry.padding().left();
      for (int k = 0; k < geometry.height() * geometry.width(); k++) {
        int y = top + k / geometry.width() * geometry.dilation();
        int x = left + k % geometry.width() * geometry.dilation();
        if (y < 0 || y >= input.height() || x < 0 || x >= input.width()) {
          patches.put(i, k * channels, zeros, 0, channels);
        } else {
          int row = (sample * input.height() + y) * input.width() + x;
          patches.copy(i, k * channels, input.values(), row, 0, channels);
        }
      }
    }
  }
}
