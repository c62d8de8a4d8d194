package io.github.espalier.examples.study.published;

import io.github.espalier.core.sparsity.Sparsity;

/**
 * One published configuration and its scores. Immutable.
 *
 * <p>The sparsities are those of the Linear weights of each component. The authors' images had no
 * seeds and each configuration was run once: differences in FID below a few tenths mean nothing.
 *
 * @param run number of the run in the authors' list
 * @param text how the text encoder was pruned; means nothing where its sparsity is 0
 * @param textEncoder sparsity of the text encoder
 * @param unet sparsity of the U-Net
 * @param fid FID of 10,000 images, lower is better
 * @param clipScore mean cosine of image and caption by CLIP ViT-B/32, higher is better
 */
public record PublishedRun(
    int run, TextPruning text, Sparsity textEncoder, Sparsity unet, double fid, double clipScore) {

  boolean prunes(TextPruning how, Sparsity textSparsity, Sparsity unetSparsity) {
    return textEncoder.equals(textSparsity)
        && unet.equals(unetSparsity)
        && (text == how || textSparsity.equals(Sparsity.ZERO));
  }
}
