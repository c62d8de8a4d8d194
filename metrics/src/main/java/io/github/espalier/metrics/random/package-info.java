/**
 * Draws that equal those of NumPy for the same seed, since published protocols name their samples
 * by NumPy's seeds.
 */
@org.jspecify.annotations.NullMarked
package io.github.espalier.metrics.random;
