package io.github.espalier.methods.sparsegpt;

import io.github.espalier.core.mask.Mask;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer pruned by {@link SparseGpt}, and what came up on the way.
 *
 * @param mask the weights that stay
 * @param weights new weights of shape {@code [rows, columns]}, zero where the mask prunes; the
 *     layer's scope owns them
 * @param damping the damping that was needed: more than asked for if the Hessian could not be
 *     factored with that
 * @param deadColumns inputs that were always zero; their weights were pruned first, and those that
 *     the mask keeps are as they were
 * @param loss half the sum of the squared errors that the weights left to each column's successors
 *     had to make up for; that of the reference implementation
 */
public record Reconstruction(
    Mask mask, INDArray weights, double damping, int deadColumns, double loss) {}
