package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The elements of a tensor as they are stored: little-endian bytes in C order, read piece by piece
 * and never converted.
 *
 * <p>Implementations are immutable views and safe for use by many threads, as long as whatever they
 * read from stays open.
 */
public interface TensorData {
  /**
   * Returns the type of the elements.
   *
   * @return the type
   */
  DType dtype();

  /**
   * Returns the extents.
   *
   * @return the shape
   */
  Shape shape();

  /**
   * Returns the size of the data.
   *
   * @return bytes in all, at least 0
   */
  default long byteSize() {
    return shape().elements() * dtype().bits() / 8;
  }

  /**
   * Fills a buffer with consecutive bytes of the tensor.
   *
   * @param byteOffset where to begin, counted from the tensor's first byte
   * @param target receives {@code target.remaining()} bytes; its position moves to its limit
   * @throws IndexOutOfBoundsException if the tensor has fewer bytes after {@code byteOffset}
   * @throws IOException if the bytes cannot be read
   */
  void read(long byteOffset, ByteBuffer target) throws IOException;
}
