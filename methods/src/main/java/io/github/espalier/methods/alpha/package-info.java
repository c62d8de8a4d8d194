/** AlphaPruning: layers whose spectra have heavy tails are pruned less. */
@NullMarked
package io.github.espalier.methods.alpha;

import org.jspecify.annotations.NullMarked;
