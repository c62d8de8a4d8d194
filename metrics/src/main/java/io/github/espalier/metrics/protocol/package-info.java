/**
 * What is done to an image before a network sees it. Numbers of different protocols cannot be
 * compared, so each has a name that results carry.
 */
@NullMarked
package io.github.espalier.metrics.protocol;

import org.jspecify.annotations.NullMarked;
