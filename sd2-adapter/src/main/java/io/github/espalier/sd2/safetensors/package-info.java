/**
 * The safetensors file format: reading, verifying and writing, at the level of named tensors.
 *
 * <p>Nothing here knows Stable Diffusion. To read, open a {@link
 * io.github.espalier.sd2.safetensors.TensorStore} by {@link
 * io.github.espalier.sd2.safetensors.Safetensors#open}; to write a file of any size, choose a
 * {@link io.github.espalier.sd2.safetensors.SafetensorsLayout} and fill it through a {@link
 * io.github.espalier.sd2.safetensors.SafetensorsWriter}. What is accepted is stated by {@link
 * io.github.espalier.sd2.safetensors.VerdictMode}.
 *
 * <p>The rules are those of the format's <a
 * href="https://github.com/huggingface/safetensors">description and reference implementation</a>,
 * the Rust crate safetensors 0.8.0.
 */
@NullMarked
package io.github.espalier.sd2.safetensors;

import org.jspecify.annotations.NullMarked;
