/**
 * Exact selection of the least salient weights, by counting instead of sorting.
 *
 * <p>A saliency is turned into an integer key of the same order; keys are counted digit by digit
 * until the k-th smallest is known, in memory that does not grow with the layer.
 */
@NullMarked
package io.github.espalier.core.selection;

import org.jspecify.annotations.NullMarked;
