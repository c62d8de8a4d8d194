package io.github.espalier.metrics.clipscore;

/** The forms that a mean of cosines is given in. For positive cosines they are the same number. */
public enum ClipScoreKind {
  /**
   * The cosine itself. Source: {@code get_clip_score.py} of samarthramesh/SD2-Pruning, the paper's.
   */
  COSINE,
  /**
   * 2.5 max(cosine, 0) for each pair, without a prefix. Source: Hessel et al., "CLIPScore: A
   * Reference-free Evaluation Metric for Image Captioning", arXiv 2104.08718, section 3.
   */
  CLIP_SCORE,
  /**
   * 2.5 max(cosine, 0) for each pair, with the prefix before the caption. Source: the same, and
   * {@code clipscore.py} of jmhessel/clipscore, where the prefix is "A photo depicts ".
   */
  PREFIXED_CLIP_SCORE,
  /**
   * 100 times the cosine, and the mean at least 0. Source: {@code
   * functional/multimodal/clip_score.py} of torchmetrics.
   */
  PERCENT;

  private static final double WEIGHT = 2.5;

  /**
   * Returns a pair's score.
   *
   * @param pair the pair
   * @return from -1 to 1, 0 to 2.5 or -100 to 100, up to rounding
   */
  public double of(PairScore pair) {
    return switch (this) {
      case COSINE -> pair.cosine();
      case CLIP_SCORE -> WEIGHT * Math.max(pair.cosine(), 0);
      case PREFIXED_CLIP_SCORE -> WEIGHT * Math.max(pair.prefixedCosine(), 0);
      case PERCENT -> 100 * pair.cosine();
    };
  }

  /** The score of a set of which the pairs' scores have this mean. */
  double ofMean(double mean) {
    return this == PERCENT ? Math.max(mean, 0) : mean;
  }
}
