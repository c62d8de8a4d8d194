package io.github.espalier.examples.study.published;

/** How a published run pruned the text encoder. The U-Net was always pruned by magnitude. */
public enum TextPruning {
  /** Magnitude, the same sparsity for every layer. */
  MAGNITUDE("magnitude", "uniform"),
  /** Wanda, the same sparsity for every layer. */
  WANDA("wanda", "uniform"),
  /** Magnitude, with sparsities by OWL. */
  OWL_MAGNITUDE("magnitude", "owl"),
  /** Wanda, with sparsities by OWL. */
  OWL_WANDA("wanda", "owl");

  private final String method;
  private final String allocation;

  TextPruning(String method, String allocation) {
    this.method = method;
    this.allocation = allocation;
  }

  /**
   * Returns the name of the pruning method.
   *
   * @return a name that {@link io.github.espalier.core.method.PruningMethods} knows
   */
  public String method() {
    return method;
  }

  /**
   * Returns the name of the allocation of sparsity among layers.
   *
   * @return a name that {@link io.github.espalier.core.allocation.SparsityAllocations} knows
   */
  public String allocation() {
    return allocation;
  }
}
