package io.github.espalier.core.sparsity;

/** The set of weights that are ranked against each other in unstructured pruning. */
public enum ComparisonGroup {
  /** All weights of a layer: the layer has the requested sparsity, its rows need not. */
  LAYER,
  /** The weights of one output, that is, one row of the weight matrix (Wanda's group). */
  ROW,
  /** All selected weights of all layers together: only their sum has the requested sparsity. */
  GLOBAL
}
