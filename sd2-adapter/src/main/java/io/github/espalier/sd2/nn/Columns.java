package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;

/**
 * A convolution with a kernel of one column, as products of the maps themselves: each row of the
 * kernel sees the maps some rows of pixels further on. Rows outside of the map are left out.
 */
final class Columns implements Convolver {
  private static final int PIXELS = 512;
  private static final int ENOUGH_TASKS = 8;
  private static final int NARROWEST = 64;

  private final FloatMatrix weights;
  private final Conv2d.Geometry geometry;

  /** Takes weights {@code [out, height, in]}. */
  Columns(FloatMatrix weights, Conv2d.Geometry geometry) {
    this.weights = weights;
    this.geometry = geometry;
  }

  /**
   * Whether it can do that: besides the kernel's shape, one row of the kernel must be on the map
   * wherever the kernel is.
   */
  static boolean suits(Conv2d.Geometry geometry) {
    Padding padding = geometry.padding();
    return geometry.width() == 1
        && geometry.stride() == 1
        && geometry.dilation() == 1
        && padding.left() + padding.right() == 0
        && padding.top() + padding.bottom() < geometry.height();
  }

  @Override
  public Operation operation() {
    return Operation.CONVOLUTION_DIRECT;
  }

  @Override
  public void run(Compute compute, FeatureMap input, Ending ending, FeatureMap output) {
    // Single pixels know nothing of samples and rows.
    boolean pointwise = geometry.height() == 1;
    int samples = pointwise ? 1 : input.samples();
    int width = pointwise ? 1 : input.width();
    int height = output.values().rows() / (samples * width);
    int bands = Math.min(height, Math.max(1, (height * width + PIXELS / 2) / PIXELS));
    int parts =
        samples * bands < ENOUGH_TASKS
            ? Math.max(1, Math.min(ENOUGH_TASKS, weights.rows() / NARROWEST))
            : 1;
    compute.forEach(
        samples * bands * parts,
        2.0 * height * width / bands * weights.elements() / parts,
        task -> {
          int part = task % parts;
          int band = task / parts % bands;
          Band rows =
              new Band(
                  task / (parts * bands),
                  (int) ((long) height * band / bands),
                  (int) ((long) height * (band + 1) / bands),
                  width);
          int from = Products.part(weights.rows(), parts, part);
          int count = Products.part(weights.rows(), parts, part + 1) - from;
          multiply(input, rows, height, weights.rows(from, count), ending, output, from);
        });
  }

  /** Some rows of pixels of one sample. */
  private record Band(int sample, int from, int to, int width) {}

  private void multiply(
      FeatureMap input,
      Band band,
      int height,
      FloatMatrix kernels,
      Ending ending,
      FeatureMap output,
      int channel) {
    int width = band.width();
    int above = geometry.padding().top();
    int inputHeight = height + geometry.height() - 1 - above - geometry.padding().bottom();
    FloatMatrix target = output.values().columns(channel, kernels.rows());
    int first = band.sample() * height;
    FloatMatrix all = target.rows((first + band.from()) * width, (band.to() - band.from()) * width);
    // The row that is always on the map comes first: it meets the whole band.
    float beta = ending.before(all, channel);
    for (int i = 0; i < geometry.height(); i++) {
      int k = (i + above) % geometry.height();
      int from = Math.max(band.from(), above - k);
      int to = Math.min(band.to(), inputHeight + above - k);
      if (from < to) {
        int row = band.sample() * inputHeight + from + k - above;
        MatrixProducts.multiply(
            1f,
            input.values().rows(row * width, (to - from) * width),
            PLAIN,
            kernels.columns(k * input.channels(), input.channels()),
            TRANSPOSED,
            beta,
            target.rows((first + from) * width, (to - from) * width));
      }
      beta = 1f;
    }
    ending.after(all, channel);
  }
}
