package io.github.espalier.metrics.resize;

/**
 * The weights of Pillow's {@code Image.resize}: a filter that widens with the factor of reduction,
 * normalised, in float64. Source: Pillow, {@code src/libImaging/Resample.c} and {@code
 * PIL/Image.py}.
 */
enum PillowKernel implements Kernel {
  BICUBIC(2) {
    @Override
    double filter(double x) {
      double distance = Math.abs(x);
      if (distance < 1) {
        return ((CUBIC + 2) * distance - (CUBIC + 3)) * distance * distance + 1;
      }
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * CUBIC : 0;
    }
  },
  BILINEAR(1) {
    @Override
    double filter(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  };

  /** R. Keys' parameter a: the slope of the filter at distance 1. */
  private static final double CUBIC = -0.5;

  private static final long VERY_TALL = 100;

  private final double support;

  PillowKernel(double support) {
    this.support = support;
  }

  abstract double filter(double x);

  @Override
  public Taps taps(int inputs, int outputs) {
    double step = (double) inputs / outputs;
    double stretch = Math.max(step, 1);
    double reach = support * stretch;
    Taps taps = new Taps(outputs, 2 * (int) Math.ceil(reach) + 1);
    for (int output = 0; output < outputs; output++) {
      double centre = (output + 0.5) * step;
      int from = Math.max((int) (centre - reach + 0.5), 0);
      int to = Math.min((int) (centre + reach + 0.5), inputs);
      taps.first[output] = from;
      taps.count[output] = to - from;
      weigh(taps, output, centre, 1 / stretch);
    }
    return taps;
  }

  /** As {@code PIL/Image.py} does for very tall images, since it takes less memory. */
  @Override
  public boolean columnsFirst(int width, int height, int newHeight) {
    return height > VERY_TALL * width && newHeight < height;
  }

  private void weigh(Taps taps, int output, double centre, double narrowing) {
    int from = output * taps.size;
    int to = from + taps.count[output];
    double total = 0;
    for (int i = from; i < to; i++) {
      double distance = i - from + taps.first[output] - centre + 0.5;
      taps.weights[i] = filter(distance * narrowing);
      total += taps.weights[i];
    }
    for (int i = from; i < to && total != 0; i++) {
      taps.weights[i] /= total;
    }
  }
}
