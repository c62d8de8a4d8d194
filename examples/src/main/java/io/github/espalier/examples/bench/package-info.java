/** Measures pruning against copying the same files. */
@NullMarked
package io.github.espalier.examples.bench;

import org.jspecify.annotations.NullMarked;
