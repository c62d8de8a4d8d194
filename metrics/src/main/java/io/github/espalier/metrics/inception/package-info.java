/**
 * The Inception network that the Fréchet Inception Distance is defined by, in binary32.
 *
 * <p>{@link io.github.espalier.metrics.inception.InceptionNetwork} reads its weights, runs it over
 * batches of images, and gives the {@link io.github.espalier.metrics.inception.InceptionFeatures}
 * at its four {@link io.github.espalier.metrics.inception.InceptionTap taps}.
 */
@NullMarked
package io.github.espalier.metrics.inception;

import org.jspecify.annotations.NullMarked;
