/** Magnitude pruning: the weights of smallest absolute value go. */
@NullMarked
package io.github.espalier.methods.magnitude;

import org.jspecify.annotations.NullMarked;
