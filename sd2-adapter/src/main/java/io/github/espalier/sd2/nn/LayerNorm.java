package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;

/**
 * Normalises each row to mean 0 and variance 1, then scales and shifts its columns.
 *
 * <p>{@code y = (x - mean) / sqrt(variance + epsilon) * weight + bias}, with the variance over n,
 * not n - 1; sums are accumulated in binary64. Source: Ba, Kiros and Hinton, "Layer Normalization"
 * (2016). Immutable; safe for use by many threads.
 */
public final class LayerNorm {
  private static final int ROWS = 64;

  private final float[] weight;
  private final float[] bias;
  private final double epsilon;

  private LayerNorm(float[] weight, float[] bias, double epsilon) {
    this.weight = weight;
    this.bias = bias;
    this.epsilon = epsilon;
  }

  /**
   * Reads a norm.
   *
   * @param source holds the parameters
   * @param name the norm's name
   * @param width number of columns
   * @param epsilon added to the variance
   * @return the norm
   * @throws IOException if it cannot be read
   */
  public static LayerNorm load(ParameterSource source, String name, int width, double epsilon)
      throws IOException {
    return new LayerNorm(
        source.vector(name + ".weight", width), source.vector(name + ".bias", width), epsilon);
  }

  /**
   * Applies the norm.
   *
   * @param compute does the work
   * @param in one row for each token
   * @return a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the input has another width than the norm
   */
  public FloatMatrix forward(Compute compute, FloatMatrix in) {
    if (in.columns() != weight.length) {
      throw new IllegalArgumentException(
          "a layer norm of " + weight.length + " columns does not fit " + in);
    }
    long time = compute.start();
    FloatMatrix out = compute.take(in.rows(), in.columns());
    int tasks = (in.rows() + ROWS - 1) / ROWS;
    compute.forEach(tasks, 8.0 * ROWS * in.columns(), task -> rows(in, out, task * ROWS));
    compute.stop(Operation.NORM, time);
    return out;
  }

  private void rows(FloatMatrix in, FloatMatrix out, int from) {
    int width = in.columns();
    float[] row = Scratch.floats(0, width);
    for (int i = from; i < Math.min(in.rows(), from + ROWS); i++) {
      in.get(i, 0, row, 0, width);
      double mean = sum(row, width) / width;
      float centre = (float) mean;
      double shift = mean - centre;
      double variance = squares(row, width, centre) / width - shift * shift;
      normalise(row, width, centre, (float) shift, (float) (1 / Math.sqrt(variance + epsilon)));
      out.put(i, 0, row, 0, width);
    }
  }

  /** In four parts, since one chain of additions would wait for each. */
  private static double sum(float[] row, int width) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < width; i += 4) {
      a += row[i];
      b += row[i + 1];
      c += row[i + 2];
      d += row[i + 3];
    }
    for (; i < width; i++) {
      a += row[i];
    }
    return (a + b) + (c + d);
  }

  private static double squares(float[] row, int width, float centre) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < width; i += 4) {
      double p = row[i] - centre;
      double q = row[i + 1] - centre;
      double r = row[i + 2] - centre;
      double s = row[i + 3] - centre;
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; i < width; i++) {
      double p = row[i] - centre;
      a += p * p;
    }
    return (a + b) + (c + d);
  }

  private void normalise(float[] row, int width, float centre, float shift, float scale) {
    for (int i = 0; i < width; i++) {
      row[i] = (((row[i] - centre) - shift) * scale) * weight[i] + bias[i];
    }
  }
}
