package io.github.espalier.core.model;

/** What a weight tensor does in its network. */
public enum LayerKind {
  /** A matrix {@code [out, in]} applied to feature vectors. */
  LINEAR,
  /** A kernel {@code [out, in, height, width]} applied to feature maps. */
  CONV2D,
  /** A table of vectors, one row for each token or position. */
  EMBEDDING,
  /** The scale of a normalisation. */
  NORM,
  /** An additive constant. */
  BIAS,
  /** Anything else, such as index buffers. */
  OTHER;

  /**
   * Tells whether a tensor of this kind is a matrix of weights that pruning may address.
   *
   * @return true for {@link #LINEAR}, {@link #CONV2D} and {@link #EMBEDDING}
   */
  public boolean isWeight() {
    return this == LINEAR || this == CONV2D || this == EMBEDDING;
  }
}
