package io.github.espalier.sd2.torch;

import io.github.espalier.core.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A class of storages such as {@code torch.FloatStorage}.
 *
 * @param dtype type of the elements, or null for bytes that tensors say the type of
 */
record StorageType(@Nullable DType dtype) {
  /** Returns the bytes of an element. */
  int width() {
    return dtype == null ? 1 : dtype.bytes();
  }
}
