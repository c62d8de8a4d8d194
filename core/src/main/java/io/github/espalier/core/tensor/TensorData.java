package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
    return shape().byteSize(dtype());
  }

  /**
   * Returns where the data begins in its file. A hint for speed only, see {@link TensorReader}.
   *
   * @return a byte position, or 0 if there is no file or no such place
   */
  default long filePosition() {
    return 0;
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

  /**
   * Views a contiguous part as a tensor of its own.
   *
   * @param byteOffset where the part begins
   * @param part shape of the part
   * @return a view of the same element type
   * @throws IndexOutOfBoundsException if the part reaches beyond this tensor
   * @throws IllegalArgumentException if the part does not fill whole bytes
   */
  default TensorData slice(long byteOffset, Shape part) {
    return new TensorSlice(this, byteOffset, part);
  }

  /**
   * Makes a tensor of binary32 numbers in memory.
   *
   * @param shape the extents
   * @param values one number for each element, copied
   * @return the tensor
   * @throws IllegalArgumentException if the number of values does not fit the shape
   */
  static TensorData ofFloats(Shape shape, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ofBytes(DType.F32, shape, bytes);
  }

  /**
   * Makes a tensor from bytes in memory.
   *
   * @param dtype the element type
   * @param shape the extents
   * @param bytes little-endian elements, from the buffer's position to its limit; not copied, and
   *     not to be changed afterwards
   * @return the tensor
   * @throws IllegalArgumentException if the number of bytes does not fit the type and shape
   */
  static TensorData ofBytes(DType dtype, Shape shape, ByteBuffer bytes) {
    return new MemoryTensor(dtype, shape, bytes.slice());
  }
}
