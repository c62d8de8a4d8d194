package io.github.espalier.sd2.calibration;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;

/**
 * Unfolds a convolution's input: each row is what lies under the kernel at one position, in the
 * order of the weight matrix's columns, which is PyTorch's: channel, row, column.
 */
final class Patches {
  private final FeatureMap input;
  private final Conv2d.Geometry geometry;
  private final int height;
  private final int width;
  private final float[] pixel;

  Patches(FeatureMap input, Conv2d.Geometry geometry) {
    this.input = input;
    this.geometry = geometry;
    this.height = geometry.outputHeight(input.height());
    this.width = geometry.outputWidth(input.width());
    this.pixel = new float[input.channels()];
  }

  /** Positions of the kernel in each sample. */
  int positions() {
    return height * width;
  }

  /** Elements of a patch. */
  int size() {
    return input.channels() * geometry.height() * geometry.width();
  }

  /**
   * Unfolds some positions of a sample.
   *
   * @param first the first position, row by row
   * @param target receives a patch in each row
   */
  void unfold(int sample, int first, FloatMatrix target) {
    float[] patch = new float[size()];
    for (int i = 0; i < target.rows(); i++) {
      int position = first + i;
      int top = position / width * geometry.stride() - geometry.padding().top();
      int left = position % width * geometry.stride() - geometry.padding().left();
      fill(sample, top, left, patch);
      target.put(i, 0, patch, 0, patch.length);
    }
  }

  private void fill(int sample, int top, int left, float[] patch) {
    int area = geometry.height() * geometry.width();
    for (int k = 0; k < area; k++) {
      int y = top + k / geometry.width() * geometry.dilation();
      int x = left + k % geometry.width() * geometry.dilation();
      boolean inside = y >= 0 && y < input.height() && x >= 0 && x < input.width();
      if (inside) {
        int row = (sample * input.height() + y) * input.width() + x;
        input.values().get(row, 0, pixel, 0, pixel.length);
      }
      for (int channel = 0; channel < pixel.length; channel++) {
        patch[channel * area + k] = inside ? pixel[channel] : 0f;
      }
    }
  }
}
