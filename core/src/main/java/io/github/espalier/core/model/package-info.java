/**
 * What can be pruned: a model, its components, and their layers, each of which is a weight matrix
 * of {@code [outputs, inputs]}.
 *
 * <p>An adapter implements {@link io.github.espalier.core.model.PrunableModel} for one kind of
 * checkpoint; everything else in Espalier sees only that.
 */
@NullMarked
package io.github.espalier.core.model;

import org.jspecify.annotations.NullMarked;
