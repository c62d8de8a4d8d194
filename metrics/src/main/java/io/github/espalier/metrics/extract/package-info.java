/**
 * Features of folders of images: read and prepared ahead of the network on threads of their own,
 * kept in a file that says what they are of, and gone on with where a run was stopped.
 *
 * <p>{@link io.github.espalier.metrics.extract.FeatureExtraction} is the way in.
 */
@NullMarked
package io.github.espalier.metrics.extract;

import org.jspecify.annotations.NullMarked;
