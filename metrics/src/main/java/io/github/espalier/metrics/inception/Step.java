package io.github.espalier.metrics.inception;

import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;

/** A part of the network from maps to maps. Immutable. */
interface Step {
  /** Channels of the output. */
  int outputs();

  /** Rows of the output's pixels. */
  int outputHeight(int inputHeight);

  /** Pixels in a row of the output. */
  int outputWidth(int inputWidth);

  /** Runs over contiguous maps; the output may be some channels of larger maps. */
  void run(Compute compute, FeatureMap input, FeatureMap output);

  /** Runs over contiguous maps, and returns maps in a matrix of the workspace, to be released. */
  default FeatureMap run(Compute compute, FeatureMap input) {
    compute.check();
    int height = outputHeight(input.height());
    int width = outputWidth(input.width());
    FeatureMap output =
        new FeatureMap(
            compute.take(input.samples() * height * width, outputs()),
            input.samples(),
            height,
            width);
    run(compute, input, output);
    return output;
  }
}
