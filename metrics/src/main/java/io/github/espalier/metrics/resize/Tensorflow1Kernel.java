package io.github.espalier.metrics.resize;

/**
 * The weights of TensorFlow 1's {@code resize_bilinear} with neither aligned corners nor half-pixel
 * centres, in float32. Source: TensorFlow, {@code core/kernels/image_resizer_state.h} and {@code
 * resize_bilinear_op.cc}.
 */
final class Tensorflow1Kernel implements Kernel {
  @Override
  public Taps taps(int inputs, int outputs) {
    float step = (float) inputs / outputs;
    Taps taps = new Taps(outputs, 2);
    for (int output = 0; output < outputs; output++) {
      float position = output * step;
      int below = Math.min((int) position, inputs - 1);
      TwoTaps.put(taps, output, below, position - below, inputs);
    }
    return taps;
  }
}
