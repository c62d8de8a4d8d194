/** How a component's sparsity is shared out among its layers. */
@NullMarked
package io.github.espalier.core.allocation;

import org.jspecify.annotations.NullMarked;
