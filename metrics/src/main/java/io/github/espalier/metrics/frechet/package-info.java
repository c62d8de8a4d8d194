/**
 * The Fréchet distance of feature distributions, its bias at a finite number of images, and its
 * extrapolation to infinitely many.
 *
 * <p>It is called FID only where the features are those of the FID network, which this package does
 * not know.
 */
@NullMarked
package io.github.espalier.metrics.frechet;

import org.jspecify.annotations.NullMarked;
