package io.github.espalier.methods.trained;

/** Scaled dot-product attention of the tokens of one sentence to each other. */
final class SelfAttention {
  private static final int HEAD_WIDTH = 32;

  private SelfAttention() {}

  /**
   * Attends, each head by itself.
   *
   * @param query of all tokens, {@code [tokens, width]}; so are the others and the result
   */
  static float[] attend(float[] query, float[] key, float[] value, int width) {
    float[] result = new float[query.length];
    int tokens = query.length / width;
    for (int token = 0; token < tokens; token++) {
      for (int head = 0; head < width; head += HEAD_WIDTH) {
        double[] weights = weights(query, token * width + head, key, head, width);
        for (int other = 0; other < tokens; other++) {
          for (int i = head; i < head + HEAD_WIDTH; i++) {
            result[token * width + i] += (float) (weights[other] * value[other * width + i]);
          }
        }
      }
    }
    return result;
  }

  /** The softmax over all tokens of how their keys fit the query that begins at an index. */
  private static double[] weights(float[] query, int at, float[] key, int head, int width) {
    double[] weights = new double[key.length / width];
    double largest = Double.NEGATIVE_INFINITY;
    for (int other = 0; other < weights.length; other++) {
      double product = 0;
      for (int i = 0; i < HEAD_WIDTH; i++) {
        product += query[at + i] * key[other * width + head + i];
      }
      weights[other] = product / Math.sqrt(HEAD_WIDTH);
      largest = Math.max(largest, weights[other]);
    }
    double sum = 0;
    for (int other = 0; other < weights.length; other++) {
      weights[other] = Math.exp(weights[other] - largest);
      sum += weights[other];
    }
    for (int other = 0; other < weights.length; other++) {
      weights[other] /= sum;
    }
    return weights;
  }
}
