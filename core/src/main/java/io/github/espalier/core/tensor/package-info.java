/**
 * Element types, shapes, raw weights, and the only code in Espalier that calls ND4J.
 *
 * <p>A weight lives in a file as little-endian bytes of some {@link
 * io.github.espalier.core.tensor.DType}; {@link io.github.espalier.core.tensor.TensorData} reads
 * those bytes without converting them, and a {@code TensorScope} turns them into ND4J arrays whose
 * native memory it frees.
 */
@NullMarked
package io.github.espalier.core.tensor;

import org.jspecify.annotations.NullMarked;
