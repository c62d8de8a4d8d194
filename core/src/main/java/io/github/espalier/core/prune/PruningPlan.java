package io.github.espalier.core.prune;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be pruned, and how much. Immutable.
 *
 * @param steps at least one; no two may select the same layer
 */
public record PruningPlan(List<PruningStep> steps) {
  /**
   * Copies the steps.
   *
   * @param steps at least one
   * @throws IllegalArgumentException if there is none
   */
  public PruningPlan {
    steps = ImmutableList.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one step");
    }
  }

  /**
   * Starts a plan.
   *
   * @return a builder without steps
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the steps of a plan. */
  public static final class Builder {
    private final List<PruningStep> steps = new ArrayList<>();

    private Builder() {}

    /**
     * Prunes every Linear of a component, with the method's own pattern and uniform sparsity.
     *
     * @param component the part of the model
     * @param method how weights are chosen
     * @param sparsity share of the selected weights to prune
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder prune(Component component, PruningMethod method, Sparsity sparsity) {
      return add(PruningStep.of(component, method, sparsity));
    }

    /**
     * Adds a step.
     *
     * @param step the step
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder add(PruningStep step) {
      steps.add(step);
      return this;
    }

    /**
     * Returns the plan.
     *
     * @return the plan
     * @throws IllegalArgumentException if no step was added
     */
    public PruningPlan build() {
      return new PruningPlan(steps);
    }
  }
}
