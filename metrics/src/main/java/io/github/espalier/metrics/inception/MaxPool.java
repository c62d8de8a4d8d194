package io.github.espalier.metrics.inception;

import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Pooling;

/** Maxima under a window, of maps of some channels. */
record MaxPool(Conv2d.Geometry window, int outputs) implements Step {
  @Override
  public int outputHeight(int inputHeight) {
    return window.outputHeight(inputHeight);
  }

  @Override
  public int outputWidth(int inputWidth) {
    return window.outputWidth(inputWidth);
  }

  @Override
  public void run(Compute compute, FeatureMap input, FeatureMap output) {
    Pooling.max(compute, window, input, output);
  }
}
