package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.util.Arrays;

/** What is added to a convolution's products, and what becomes of the sums. */
final class Ending {
  private final float[] bias;
  private final Products.Start start;
  private final boolean rectify;

  /** Takes a bias for each output channel. If {@code rectify}, negative sums become zero. */
  Ending(float[] bias, Products.Start start, boolean rectify) {
    this.bias = bias;
    this.start = start;
    this.rectify = rectify;
  }

  float[] bias() {
    return bias;
  }

  Products.Start start() {
    return start;
  }

  boolean rectify() {
    return rectify;
  }

  /** Whether all is done to the sums at the end, so that the products start from nothing. */
  private boolean isLate() {
    return rectify && start == Products.Start.FRESH;
  }

  /**
   * Prepares a block of the output for the product.
   *
   * @param target the block
   * @param from its first channel
   * @return the factor of what {@code target} holds then
   */
  float before(FloatMatrix target, int from) {
    return isLate() ? 0f : Products.prepare(target, bias, from, start);
  }

  /**
   * Completes a block of the output that the product has been added to.
   *
   * @param target the block
   * @param from its first channel
   */
  void after(FloatMatrix target, int from) {
    if (!rectify) {
      return;
    }
    int columns = target.columns();
    float[] row = Scratch.floats(0, columns);
    float[] part = Scratch.floats(1, columns);
    if (isLate()) {
      System.arraycopy(bias, from, part, 0, columns);
    } else {
      Arrays.fill(part, 0, columns, 0f);
    }
    for (int i = 0; i < target.rows(); i++) {
      target.get(i, 0, row, 0, columns);
      VectorMath.addAndRectify(row, part, columns);
      target.put(i, 0, row, 0, columns);
    }
  }
}
