/**
 * Distances of feature distributions by kernels, from the features themselves: KID and CMMD. All
 * sums are in binary64 and over blocks, so that memory does not grow with the number of pairs.
 */
@NullMarked
package io.github.espalier.metrics.kernel;

import org.jspecify.annotations.NullMarked;
