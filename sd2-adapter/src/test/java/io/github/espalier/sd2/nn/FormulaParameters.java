package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parameters by the formula that the golden scripts use, whatever name and shape a network asks
 * for. Also owns the inputs of tests, so that a workspace lends nothing but results.
 */
public final class FormulaParameters implements ParameterSource, AutoCloseable {
  private final TensorScope scope = new TensorScope();
  private final List<String> weights = new ArrayList<>();

  @Override
  public FloatMatrix matrix(String name, int... shape) {
    if (shape.length > 1 && name.endsWith(".weight")) {
      weights.add(name);
    }
    long[] extents = Arrays.stream(shape).asLongStream().toArray();
    return filled(shape[0], Formula.weight(name, extents));
  }

  @Override
  public FloatMatrix room(int rows, int columns) {
    return FloatMatrix.of(scope.zeros(rows, columns));
  }

  @Override
  public void borrow(String name, Use use, int... shape) {
    use.accept(matrix(name, shape));
  }

  @Override
  public float[] vector(String name, int length) {
    return Formula.weight(name, length);
  }

  /** Names of the weights of linear layers and convolutions that were asked for. */
  public List<String> weights() {
    return List.copyOf(weights);
  }

  /** Makes a matrix of values in C order. */
  public FloatMatrix filled(int rows, float... values) {
    FloatMatrix matrix = room(rows, values.length / rows);
    matrix.put(0, 0, values, 0, values.length);
    return matrix;
  }

  /** Makes maps of values in PyTorch's order: sample, channel, row, column. */
  public FeatureMap maps(float[] values, int samples, int channels, int height, int width) {
    int pixels = height * width;
    float[] last = new float[values.length];
    for (int sample = 0; sample < samples; sample++) {
      for (int channel = 0; channel < channels; channel++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          last[(sample * pixels + pixel) * channels + channel] =
              values[(sample * channels + channel) * pixels + pixel];
        }
      }
    }
    return new FeatureMap(filled(samples * pixels, last), samples, height, width);
  }

  /** The values of maps in PyTorch's order: sample, channel, row, column. */
  public static float[] channelsFirst(FeatureMap map) {
    return channelsFirst(map.values().toArray(), map.samples(), map.pixels());
  }

  /** Moves channels from the end to PyTorch's order: sample, channel, pixel. */
  public static float[] channelsFirst(float[] values, int samples, int pixels) {
    int channels = values.length / (samples * pixels);
    float[] first = new float[values.length];
    for (int sample = 0; sample < samples; sample++) {
      for (int channel = 0; channel < channels; channel++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          first[(sample * channels + channel) * pixels + pixel] =
              values[(sample * pixels + pixel) * channels + channel];
        }
      }
    }
    return first;
  }

  @Override
  public void close() {
    scope.close();
  }
}
