/**
 * The building blocks of SD2's networks in binary32 on native memory: products, convolutions,
 * norms, attention and activations.
 *
 * <p>Feature maps are matrices of pixels by channels ({@link
 * io.github.espalier.sd2.nn.FeatureMap}), token sequences are matrices of tokens by width, so that
 * both are the same thing to a linear layer, and everything else runs along contiguous channels. A
 * block reads its parameters from a {@link io.github.espalier.sd2.nn.ParameterSource} and runs on a
 * {@link io.github.espalier.sd2.nn.Compute}, which has the threads, the memory, and a {@link
 * io.github.espalier.sd2.nn.LayerTap} for those who want to see the layers' inputs.
 *
 * <p>Work is cut into tasks by its shape alone, never by the number of threads, so that results do
 * not depend on that.
 */
@NullMarked
package io.github.espalier.sd2.nn;

import org.jspecify.annotations.NullMarked;
