/** How far two sets of features cover each other, each estimated by balls around its vectors. */
@NullMarked
package io.github.espalier.metrics.manifold;

import org.jspecify.annotations.NullMarked;
