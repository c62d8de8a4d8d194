/**
 * Searches for sparsities in few evaluations: where the scores of one component drop off, and the
 * split between text encoder and U-Net that removes most while the scores hold. Both take a
 * function that scores a configuration, and know nothing of models and images.
 */
@NullMarked
package io.github.espalier.examples.study.search;

import org.jspecify.annotations.NullMarked;
