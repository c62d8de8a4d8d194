package io.github.espalier.sd2.architecture;

/** What a tensor is to the module that owns it. */
public enum TensorKind {
  /** The weight of a linear layer, {@code [outputs, inputs]}. */
  LINEAR,
  /** The weight of a two-dimensional convolution, {@code [outputs, inputs, height, width]}. */
  CONV2D,
  /** A table with a row for each token or position, {@code [rows, width]}. */
  EMBEDDING,
  /** The scale of a group or layer normalisation, {@code [width]}. */
  NORM,
  /** The bias of a linear layer, a convolution or a normalisation, {@code [outputs]}. */
  BIAS,
  /** A buffer, which holds nothing that was learned; a checkpoint may lack it. */
  OTHER
}
