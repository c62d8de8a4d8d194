package io.github.espalier.methods.trained;

/** Moves and scales each token's features to mean 0 and variance 1, then to learnt values. */
final class LayerNorm {
  private static final double EPSILON = 1e-12;

  private final float[] weight;
  private final float[] bias;

  /** The norm of a module, such as {@code embeddings.LayerNorm}. */
  LayerNorm(String module, Initialisers weights) {
    this.weight = weights.values(module + ".weight");
    this.bias = weights.values(module + ".bias");
  }

  /** Normalises the sum of two inputs. */
  float[] ofSum(float[] a, float[] b) {
    int width = weight.length;
    float[] result = new float[a.length];
    for (int from = 0; from < a.length; from += width) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        result[from + i] = a[from + i] + b[from + i];
        sum += result[from + i];
      }
      double mean = sum / width;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += (result[from + i] - mean) * (result[from + i] - mean);
      }
      double scale = 1 / Math.sqrt(squares / width + EPSILON);
      for (int i = 0; i < width; i++) {
        result[from + i] = (float) ((result[from + i] - mean) * scale * weight[i] + bias[i]);
      }
    }
    return result;
  }
}
