package io.github.espalier.sd2.nn;

/** Layers by their definitions, in binary64 and without any cleverness. */
final class Exact {
  private Exact() {}

  /** A 3x3 convolution of channels-first maps, with one pixel of padding. */
  static double[] convolution(
      float[] in, int samples, int channels, int height, int width, float[] weights, float[] bias) {
    int out = bias.length;
    double[] result = new double[samples * out * height * width];
    for (int at = 0; at < result.length; at++) {
      int x = at % width;
      int y = at / width % height;
      int o = at / (width * height) % out;
      int sample = at / (width * height * out);
      double sum = bias[o];
      for (int c = 0; c < channels; c++) {
        for (int k = 0; k < 9; k++) {
          int row = y + k / 3 - 1;
          int column = x + k % 3 - 1;
          if (row >= 0 && row < height && column >= 0 && column < width) {
            float pixel = in[((sample * channels + c) * height + row) * width + column];
            sum += (double) pixel * weights[(o * channels + c) * 9 + k];
          }
        }
      }
      result[at] = sum;
    }
    return result;
  }

  /** Rows times weights {@code [bias.length, width]}, plus the bias. */
  static double[] linear(float[] rows, int width, float[] weights, float[] bias) {
    int out = bias.length;
    double[] result = new double[rows.length / width * out];
    for (int at = 0; at < result.length; at++) {
      double sum = bias[at % out];
      for (int i = 0; i < width; i++) {
        sum += (double) rows[at / out * width + i] * weights[at % out * width + i];
      }
      result[at] = sum;
    }
    return result;
  }

  /** Attention of one sample and one head; with {@code causal} a query sees no later keys. */
  static double[] attention(
      float[] queries, float[] keys, float[] values, int width, double scale, boolean causal) {
    double[] result = new double[queries.length];
    double[] shares = new double[keys.length / width];
    for (int query = 0; query < queries.length / width; query++) {
      int seen = causal ? query + 1 : shares.length;
      double largest = Double.NEGATIVE_INFINITY;
      for (int key = 0; key < seen; key++) {
        shares[key] = 0;
        for (int i = 0; i < width; i++) {
          shares[key] += scale * queries[query * width + i] * keys[key * width + i];
        }
        largest = Math.max(largest, shares[key]);
      }
      double total = 0;
      for (int key = 0; key < seen; key++) {
        shares[key] = Math.exp(shares[key] - largest);
        total += shares[key];
      }
      for (int key = 0; key < seen; key++) {
        for (int i = 0; i < width; i++) {
          result[query * width + i] += shares[key] / total * values[key * width + i];
        }
      }
    }
    return result;
  }

  /** Some of the numbers, brought to mean 0 and variance 1. */
  static double[] normal(float[] in, int[] of, double epsilon) {
    double mean = 0;
    for (int each : of) {
      mean += in[each];
    }
    mean /= of.length;
    double variance = 0;
    for (int each : of) {
      variance += (in[each] - mean) * (in[each] - mean);
    }
    double scale = 1 / Math.sqrt(variance / of.length + epsilon);
    double[] result = new double[of.length];
    for (int i = 0; i < of.length; i++) {
      result[i] = (in[of[i]] - mean) * scale;
    }
    return result;
  }
}
