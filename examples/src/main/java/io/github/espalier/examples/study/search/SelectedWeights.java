package io.github.espalier.examples.study.search;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.published.ComponentSparsities;

/**
 * What sparsities are shares of, and what a joint search weighs them by. Immutable.
 *
 * @param textEncoder weights selected for pruning in the text encoder
 * @param unet weights selected for pruning in the U-Net
 * @param model parameters of the whole model
 */
public record SelectedWeights(long textEncoder, long unet, long model) {
  /**
   * Checks the counts.
   *
   * @param textEncoder weights selected in the text encoder, at least 0
   * @param unet weights selected in the U-Net, at least 0
   * @param model parameters of the whole model, at least the two together, and at least 1
   * @throws IllegalArgumentException if they are out of range
   */
  public SelectedWeights {
    if (textEncoder < 0 || unet < 0 || model < 1 || textEncoder > model - unet) {
      throw new IllegalArgumentException(
          textEncoder
              + " and "
              + unet
              + " selected weights of "
              + model
              + ": expected at least 0 each, and not more than all");
    }
  }

  /**
   * Returns the true sparsity: the pruned weights as a share of the whole model. Sparsities that
   * are counted layer by layer differ from it by at most half a weight a layer.
   *
   * @param sparsities of the selected weights of each component
   * @return from 0 to 1
   */
  public Sparsity ofModel(ComponentSparsities sparsities) {
    return Sparsity.ofRatio(pruned(sparsities), model);
  }

  long pruned(ComponentSparsities sparsities) {
    return sparsities.textEncoder().countOf(textEncoder) + sparsities.unet().countOf(unet);
  }
}
