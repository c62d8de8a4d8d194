/**
 * Images in a folder: what is to be made, which of it is there already, and what is remembered of
 * each image.
 */
@NullMarked
package io.github.espalier.examples.generate;

import org.jspecify.annotations.NullMarked;
