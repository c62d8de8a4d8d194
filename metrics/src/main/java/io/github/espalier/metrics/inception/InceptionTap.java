package io.github.espalier.metrics.inception;

/**
 * A place in the network where features are taken, as means over all pixels; in the order in which
 * the network comes by.
 */
public enum InceptionTap {
  /** Behind the first pooling. */
  POOL_64(64),
  /** Behind the second pooling. */
  POOL_192(192),
  /** Before {@code Mixed_7a}, where the auxiliary classifier was. */
  MIXED_768(768),
  /** At the end, before the classifier: what FID means if nothing else is said. */
  FINAL_2048(2048);

  private final int width;

  InceptionTap(int width) {
    this.width = width;
  }

  /**
   * Returns the number of features.
   *
   * @return features of one image
   */
  public int width() {
    return width;
  }
}
