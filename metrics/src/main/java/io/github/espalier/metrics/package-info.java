/**
 * Measures of what pruning did to a text-to-image model: FID over Inception features, CLIPScore,
 * and their complements, for images and captions on disk.
 *
 * <p>Every measure states its protocol, and results of different protocols refuse to be compared.
 */
@NullMarked
package io.github.espalier.metrics;

import org.jspecify.annotations.NullMarked;
