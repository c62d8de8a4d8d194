package io.github.espalier.metrics.inception;

import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Padding;
import io.github.espalier.sd2.nn.Pooling;

/**
 * The branch that averages neighbouring pixels, padding not counted, and then convolves single
 * pixels. Both are linear, and the mean of a constant is that constant, so here the convolution
 * with its bias comes first, which leaves fewer channels to be averaged; the rectifier stays last.
 */
record AveragedPixels(Conv2d pixelwise) implements Step {
  private static final Conv2d.Geometry WINDOW = new Conv2d.Geometry(3, 3, 1, Padding.of(1));

  @Override
  public int outputs() {
    return pixelwise.outputs();
  }

  @Override
  public int outputHeight(int inputHeight) {
    return inputHeight;
  }

  @Override
  public int outputWidth(int inputWidth) {
    return inputWidth;
  }

  @Override
  public void run(Compute compute, FeatureMap input, FeatureMap output) {
    FeatureMap convolved = pixelwise.forward(compute, input);
    Pooling.mean(compute, WINDOW, convolved, true, output);
    compute.release(convolved.values());
  }
}
