/**
 * What is kept of the features of many images: their mean and covariance, gathered in chunks and
 * merged, or the rows themselves. All arithmetic is in binary64.
 */
@NullMarked
package io.github.espalier.metrics.feature;

import org.jspecify.annotations.NullMarked;
