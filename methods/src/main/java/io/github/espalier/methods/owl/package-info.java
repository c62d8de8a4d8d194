/** OWL: layers with many outliers among their Wanda scores are pruned less. */
@NullMarked
package io.github.espalier.methods.owl;

import org.jspecify.annotations.NullMarked;
