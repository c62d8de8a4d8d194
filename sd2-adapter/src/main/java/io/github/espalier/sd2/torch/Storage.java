package io.github.espalier.sd2.torch;

import io.github.espalier.core.tensor.DType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a file that tensors are views of: a whole storage, or in the legacy format a part of
 * one.
 *
 * @param root which storage
 * @param type type of the elements
 * @param firstByte where the bytes begin in the storage
 * @param byteSize how many there are
 */
record Storage(Root root, StorageType type, long firstByte, long byteSize) {
  /**
   * A storage as the file has it.
   *
   * @param key its name in the file
   * @param width bytes of an element
   * @param byteSize all its bytes
   */
  record Root(String key, int width, long byteSize) {}

  /** Returns the type of the elements, which a tensor may have to say. */
  DType dtype(@Nullable ElementType said) {
    DType own = type.dtype();
    if (own == null && said == null) {
      throw new PickleDamage("a tensor of an untyped storage does not say its type");
    }
    if (own != null && said != null && own != said.dtype()) {
      throw new PickleDamage("a tensor of " + said.dtype() + " has a storage of " + own);
    }
    return said == null ? Objects.requireNonNull(own) : said.dtype();
  }
}
