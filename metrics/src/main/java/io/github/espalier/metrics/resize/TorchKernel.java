package io.github.espalier.metrics.resize;

/**
 * The weights of PyTorch's {@code interpolate} without aligned corners, on a CPU, in float32.
 * Positions are rounded where PyTorch rounds them, since at a position of 300 one unit in the last
 * place already moves a result by more than 1e-5 of a step between pixels; the products that its
 * builds for AVX2 and AVX-512 fuse with a sum are fused here. Source: PyTorch, {@code
 * aten/src/ATen/native/UpSample.h} and {@code cpu/UpSampleKernel.cpp}.
 */
enum TorchKernel implements Kernel {
  BILINEAR {
    @Override
    public Taps taps(int inputs, int outputs) {
      float step = (float) inputs / outputs;
      Taps taps = new Taps(outputs, 2);
      for (int output = 0; output < outputs; output++) {
        float position = Math.max(position(step, output), 0);
        int below = Math.min((int) position, inputs - 1);
        TwoTaps.put(taps, output, below, Math.min(position - below, 1), inputs);
      }
      return taps;
    }
  },
  BICUBIC {
    @Override
    public Taps taps(int inputs, int outputs) {
      float step = (float) inputs / outputs;
      Taps taps = new Taps(outputs, 4);
      for (int output = 0; output < outputs; output++) {
        float position = position(step, output);
        int below = (int) Math.floor(position);
        fold(taps, output, below - 1, cubicWeights(position - below), inputs);
      }
      return taps;
    }
  },
  BILINEAR_ANTIALIAS {
    @Override
    public Taps taps(int inputs, int outputs) {
      float step = (float) inputs / outputs;
      float reach = Math.max(step, 1);
      float narrowing = step >= 1 ? (float) (1.0 / step) : 1;
      Taps taps = new Taps(outputs, 2 * (int) Math.ceil(reach) + 1);
      for (int output = 0; output < outputs; output++) {
        float centre = (float) (step * (output + 0.5));
        int from = Math.max((int) (centre - reach + 0.5), 0);
        int to = Math.min((int) (centre + reach + 0.5), inputs);
        taps.first[output] = from;
        taps.count[output] = Math.min(to - from, taps.size);
        weighTriangle(taps, output, centre, narrowing);
      }
      return taps;
    }
  };

  /** R. Keys' parameter a: the slope of the filter at distance 1. */
  private static final float CUBIC = -0.75f;

  private static float position(float step, int output) {
    return Math.fma(step, output + 0.5f, -0.5f);
  }

  private static float[] cubicWeights(float beyond) {
    float before = 1 - beyond;
    return new float[] {far(beyond + 1), near(beyond), near(before), far(before + 1)};
  }

  private static float near(float x) {
    return Math.fma(Math.fma(CUBIC + 2, x, -(CUBIC + 3)) * x, x, 1);
  }

  private static float far(float x) {
    return Math.fma(Math.fma(Math.fma(CUBIC, x, -5 * CUBIC), x, 8 * CUBIC), x, -4 * CUBIC);
  }

  /** Beyond the borders, the outermost input positions go on. */
  private static void fold(Taps taps, int output, int first, float[] weights, int inputs) {
    int from = Math.max(Math.min(first, inputs - 1), 0);
    for (int i = 0; i < weights.length; i++) {
      int input = Math.max(Math.min(first + i, inputs - 1), 0);
      taps.weights[output * taps.size + input - from] += weights[i];
      taps.count[output] = input - from + 1;
    }
    taps.first[output] = from;
  }

  private static void weighTriangle(Taps taps, int output, float centre, float narrowing) {
    int from = output * taps.size;
    int to = from + taps.count[output];
    float total = 0;
    for (int i = from; i < to; i++) {
      float distance = i - from + taps.first[output] - centre;
      float weight = Math.max(0, 1 - Math.abs((float) ((distance + 0.5) * narrowing)));
      taps.weights[i] = weight;
      total += weight;
    }
    for (int i = from; i < to && total != 0; i++) {
      taps.weights[i] = (float) taps.weights[i] / total;
    }
  }
}
