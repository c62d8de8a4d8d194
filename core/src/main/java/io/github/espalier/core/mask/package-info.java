/** Which weights of a layer are kept and which are pruned, as immutable bit sets. */
@NullMarked
package io.github.espalier.core.mask;

import org.jspecify.annotations.NullMarked;
