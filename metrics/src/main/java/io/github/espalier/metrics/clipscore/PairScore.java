package io.github.espalier.metrics.clipscore;

/**
 * How well an image fits its caption.
 *
 * @param image the image's name
 * @param caption the text, without prefix
 * @param cosine of the embeddings of image and caption, from -1 to 1 up to rounding
 * @param prefixedCosine the same with the prefix before the caption
 */
public record PairScore(String image, String caption, double cosine, double prefixedCosine) {
  /**
   * Checks the cosines.
   *
   * @param image the image's name
   * @param caption the text, without prefix
   * @param cosine of the embeddings of image and caption
   * @param prefixedCosine the same with the prefix before the caption
   * @throws IllegalArgumentException if a cosine is not finite
   */
  public PairScore {
    if (!Double.isFinite(cosine) || !Double.isFinite(prefixedCosine)) {
      throw new IllegalArgumentException(
          image + " has cosines " + cosine + " and " + prefixedCosine + ", expected finite ones");
    }
  }
}
