package io.github.espalier.examples.study.plan;

import io.github.espalier.core.sparsity.Sparsity;

/**
 * A part of a model, and how it is pruned how far.
 *
 * @param recipe how
 * @param sparsity how far: the share of the selected weights that is pruned
 */
public record PrunedPart(Recipe recipe, Sparsity sparsity) {
  /** Returns such as {@code 47.5% by magnitude}. */
  @Override
  public String toString() {
    return sparsity + " by " + recipe.label();
  }
}
