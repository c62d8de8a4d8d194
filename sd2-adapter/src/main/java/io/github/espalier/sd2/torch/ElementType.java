package io.github.espalier.sd2.torch;

import io.github.espalier.core.tensor.DType;

/**
 * A type such as {@code torch.float32}.
 *
 * @param dtype the type under the name that safetensors gives it
 */
record ElementType(DType dtype) {}
