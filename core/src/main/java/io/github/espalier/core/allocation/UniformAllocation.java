package io.github.espalier.core.allocation;

import io.github.espalier.core.sparsity.Sparsity;
import java.util.Collections;
import java.util.List;

/** Gives every layer the same sparsity: what the paper does unless it says OWL. */
public final class UniformAllocation implements SparsityAllocation {
  /** Makes the allocation. */
  public UniformAllocation() {}

  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget) {
    return Collections.nCopies(layers.size(), budget);
  }
}
