package io.github.espalier.metrics.fid;

/**
 * A measure that needs features themselves and not only their statistics. {@link
 * ExpectedComparison} tells whether it can be had.
 */
public enum FeatureMeasure {
  /** {@link FeatureComparison#infinity}: of generated images. */
  INFINITY("the extrapolation", 2, 1),
  /** {@link FeatureComparison#kernel} and {@link FeatureComparison#kernelOfAll}. */
  KERNEL("the kernel distance", 2, 1),
  /** {@link FeatureComparison#precisionRecall}. */
  PRECISION_RECALL("precision and recall", 4, 1),
  /** {@link FeatureComparison#clipDiscrepancy}, of embeddings of CLIP. */
  CLIP_DISCREPANCY("the discrepancy of embeddings", 2, 2);

  private final String title;
  private final int leastImages;
  private final int copies;

  FeatureMeasure(String title, int leastImages, int copies) {
    this.title = title;
    this.leastImages = leastImages;
    this.copies = copies;
  }

  /** What messages call it. */
  String title() {
    return title;
  }

  int leastImages() {
    return leastImages;
  }

  /** How often the features of a side are held. */
  int copies() {
    return copies;
  }

  boolean needsReal() {
    return this != INFINITY;
  }
}
