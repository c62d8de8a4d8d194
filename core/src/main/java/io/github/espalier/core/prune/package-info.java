/**
 * The pruner: applies a plan to a model, in parallel, with progress and cancellation.
 *
 * <p>A {@link io.github.espalier.core.prune.PruningPlan} says what; a {@link
 * io.github.espalier.core.prune.Pruner} says how, and returns a {@link
 * io.github.espalier.core.report.PruningReport}.
 */
@NullMarked
package io.github.espalier.core.prune;

import org.jspecify.annotations.NullMarked;
