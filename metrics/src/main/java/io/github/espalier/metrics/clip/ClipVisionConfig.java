package io.github.espalier.metrics.clip;

import io.github.espalier.sd2.nn.Elementwise;

/**
 * The sizes of the image tower, a vision transformer.
 *
 * @param imageSize side of the image in pixels, at least {@code patchSize}
 * @param patchSize side of a patch in pixels
 * @param hiddenSize width of the states, a multiple of {@code numAttentionHeads}
 * @param intermediateSize width between the two linear layers of a block
 * @param numHiddenLayers number of blocks
 * @param numAttentionHeads heads of each block
 * @param activation between the two linear layers of a block
 * @param layerNormEps epsilon of the layer normalisations, above 0
 */
public record ClipVisionConfig(
    int imageSize,
    int patchSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    Elementwise.Activation activation,
    double layerNormEps) {
  private static final int MOST_WIDTH = 1 << 16;
  private static final int MOST_LAYERS = 1 << 10;
  private static final int MOST_PIXELS = 1 << 13;

  /**
   * Checks the sizes against each other.
   *
   * @param imageSize side of the image in pixels, at least {@code patchSize}
   * @param patchSize side of a patch in pixels
   * @param hiddenSize width of the states, a multiple of {@code numAttentionHeads}
   * @param intermediateSize width between the two linear layers of a block
   * @param numHiddenLayers number of blocks
   * @param numAttentionHeads heads of each block
   * @param activation between the two linear layers of a block
   * @param layerNormEps epsilon of the layer normalisations, above 0
   * @throws IllegalArgumentException if a size is less than 1 or absurdly large, the image is
   *     smaller than a patch, or the width is not a multiple of the number of heads
   */
  public ClipVisionConfig {
    range("image_size", imageSize, MOST_PIXELS);
    range("patch_size", patchSize, imageSize);
    range("hidden_size", hiddenSize, MOST_WIDTH);
    range("intermediate_size", intermediateSize, MOST_WIDTH);
    range("num_hidden_layers", numHiddenLayers, MOST_LAYERS);
    range("num_attention_heads", numAttentionHeads, hiddenSize);
    if (hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "hidden_size: "
              + hiddenSize
              + " is not a multiple of num_attention_heads "
              + numAttentionHeads);
    }
    if (!(layerNormEps > 0) || Double.isInfinite(layerNormEps)) {
      throw new IllegalArgumentException(
          "layer_norm_eps: " + layerNormEps + " is not positive and finite");
    }
  }

  private static void range(String key, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(key + ": " + value + " is not from 1 to " + most);
    }
  }

  /**
   * Returns the number of patches.
   *
   * @return the square of how many fit side by side
   */
  public int patches() {
    int side = imageSize / patchSize;
    return side * side;
  }
}
