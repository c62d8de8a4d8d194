/** Pruning by masks that were made before. */
@NullMarked
package io.github.espalier.methods.saved;

import org.jspecify.annotations.NullMarked;
