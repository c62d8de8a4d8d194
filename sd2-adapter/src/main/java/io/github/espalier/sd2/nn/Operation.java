package io.github.espalier.sd2.nn;

/** Kinds of work, for those who ask where the time goes. */
public enum Operation {
  /** Convolutions of 3x3 pixels without stride, by Winograd's minimal filtering. */
  CONVOLUTION_WINOGRAD,
  /** Convolutions of one row or one column of pixels, as products of the maps themselves. */
  CONVOLUTION_DIRECT,
  /** Other convolutions, unfolded to products. */
  CONVOLUTION_UNFOLDED,
  /** Linear layers and convolutions of single pixels. */
  LINEAR,
  /** Feed-forward gates: their products and GELU. */
  GEGLU,
  /** Attention between projected queries, keys and values. */
  ATTENTION,
  /** Group and layer norms, with the SiLU that follows. */
  NORM,
  /** Pooling. */
  POOLING,
  /** Activations, upsampling, concatenation and copies. */
  OTHER
}
