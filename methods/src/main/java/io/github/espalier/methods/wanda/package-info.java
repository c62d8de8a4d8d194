/** Wanda: the weights whose part in their output is smallest go. */
@NullMarked
package io.github.espalier.methods.wanda;

import org.jspecify.annotations.NullMarked;
