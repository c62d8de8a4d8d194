/**
 * How much is pruned, and which weights compete with each other for being pruned.
 *
 * <p>{@link io.github.espalier.core.sparsity.Sparsity} is an exact decimal fraction; {@link
 * io.github.espalier.core.sparsity.SparsityPattern} says over which groups of weights it holds.
 */
@NullMarked
package io.github.espalier.core.sparsity;

import org.jspecify.annotations.NullMarked;
