/**
 * SparseGPT: weights are pruned block by block of columns, and those that stay make up for the
 * error, as far as the layer's calibration input tells it.
 */
@NullMarked
package io.github.espalier.methods.sparsegpt;

import org.jspecify.annotations.NullMarked;
