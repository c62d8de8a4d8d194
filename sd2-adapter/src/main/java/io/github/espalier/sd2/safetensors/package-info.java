/**
 * The safetensors file format: reading, verifying and writing, at the level of named tensors.
 *
 * <p>Nothing here knows Stable Diffusion.
 */
@NullMarked
package io.github.espalier.sd2.safetensors;

import org.jspecify.annotations.NullMarked;
