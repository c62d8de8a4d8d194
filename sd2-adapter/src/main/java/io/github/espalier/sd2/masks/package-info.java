/**
 * Masks on disk: what was pruned, to be looked at or applied again.
 *
 * <p>A mask file is a safetensors file with the metadata {@code espalier.format = masks-1} and
 * {@code espalier.shapes}, a JSON object of the masked tensors' shapes. Each mask is a U8 tensor
 * under the layer's qualified name, such as {@code unet/conv_in.weight}: eight weights a byte in C
 * order, lowest bit first, set where the weight is kept.
 */
@NullMarked
package io.github.espalier.sd2.masks;

import org.jspecify.annotations.NullMarked;
