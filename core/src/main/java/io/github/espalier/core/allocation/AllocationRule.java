package io.github.espalier.core.allocation;

/** Whether an allocation meets its budget, or repeats what published code does. */
public enum AllocationRule {
  /** Sparsities from 0 to 1 whose mean, weighted by parameters, is the budget. */
  EXACT,
  /** The published formula as it stands, whose mean may miss the budget. */
  REFERENCE
}
