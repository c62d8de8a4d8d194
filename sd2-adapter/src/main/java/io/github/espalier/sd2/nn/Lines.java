package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;

/**
 * A convolution with a kernel of one row, as products of the maps themselves: the pixels under the
 * kernel at one column are one run of memory in each line of the maps, so that all lines together
 * are a matrix. Pixels outside of the map are left out.
 */
final class Lines implements Convolver {
  private static final int FEWEST_LINES = 48;
  private static final int MOST_LINES = 384;

  private final FloatMatrix weights;
  private final Conv2d.Geometry geometry;
  private final Unfolding unfolding;

  /** Takes weights {@code [out, width, in]}. */
  Lines(FloatMatrix weights, Conv2d.Geometry geometry) {
    this.weights = weights;
    this.geometry = geometry;
    this.unfolding = new Unfolding(weights, geometry);
  }

  static boolean suits(Conv2d.Geometry geometry) {
    Padding padding = geometry.padding();
    return geometry.height() == 1
        && geometry.stride() == 1
        && geometry.dilation() == 1
        && padding.top() + padding.bottom() == 0
        && Math.max(padding.left(), padding.right()) < geometry.width();
  }

  @Override
  public Operation operation() {
    return Operation.CONVOLUTION_DIRECT;
  }

  @Override
  public void run(Compute compute, FeatureMap input, Ending ending, FeatureMap output) {
    int lines = input.samples() * input.height();
    if (lines < FEWEST_LINES) {
      unfolding.run(compute, input, ending, output);
      return;
    }
    FloatMatrix wide = input.values().reshaped(lines, input.width() * input.channels());
    int blocks = (lines + MOST_LINES - 1) / MOST_LINES;
    compute.forEach(
        output.width() * blocks,
        2.0 * lines / blocks * weights.elements(),
        task -> {
          int block = task / output.width();
          int from = Products.part(lines, blocks, block);
          int count = Products.part(lines, blocks, block + 1) - from;
          int x = task % output.width();
          multiply(
              wide.rows(from, count),
              input.channels(),
              x,
              ending,
              output.values().rowsApart(from * output.width() + x, output.width(), count));
        });
  }

  private void multiply(FloatMatrix lines, int channels, int x, Ending ending, FloatMatrix target) {
    int left = x - geometry.padding().left();
    int skip = Math.max(-left, 0);
    int end = Math.min(geometry.width(), lines.columns() / channels - left);
    float beta = ending.before(target, 0);
    MatrixProducts.multiply(
        1f,
        lines.columns((left + skip) * channels, (end - skip) * channels),
        PLAIN,
        weights.columns(skip * channels, (end - skip) * channels),
        TRANSPOSED,
        beta,
        target);
    ending.after(target, 0);
  }
}
