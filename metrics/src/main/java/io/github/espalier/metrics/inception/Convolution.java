package io.github.espalier.metrics.inception;

import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;

/** A convolution with its norm and rectifier. */
record Convolution(Conv2d layer) implements Step {
  @Override
  public int outputs() {
    return layer.outputs();
  }

  @Override
  public int outputHeight(int inputHeight) {
    return layer.geometry().outputHeight(inputHeight);
  }

  @Override
  public int outputWidth(int inputWidth) {
    return layer.geometry().outputWidth(inputWidth);
  }

  @Override
  public void run(Compute compute, FeatureMap input, FeatureMap output) {
    layer.forwardTo(compute, input, output);
  }
}
