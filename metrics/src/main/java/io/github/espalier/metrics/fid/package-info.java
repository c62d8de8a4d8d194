/**
 * Distances of two sets of images with what they are worth: which network, layer and protocol, how
 * many images, and how much of the number is owed to there being so few.
 *
 * <p>{@link io.github.espalier.metrics.fid.FeatureComparison} refuses to compare what cannot be
 * compared, and calls a number FID only if it is.
 */
@NullMarked
package io.github.espalier.metrics.fid;

import org.jspecify.annotations.NullMarked;
