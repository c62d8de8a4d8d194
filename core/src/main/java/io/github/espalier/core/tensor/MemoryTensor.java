package io.github.espalier.core.tensor;

import java.nio.ByteBuffer;
import java.util.Objects;

/** A tensor over a byte buffer. */
record MemoryTensor(DType dtype, Shape shape, ByteBuffer bytes) implements TensorData {
  MemoryTensor {
    long expected = shape.byteSize(dtype);
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "a tensor of "
              + dtype
              + " "
              + shape
              + " has "
              + expected
              + " bytes, not "
              + bytes.remaining());
    }
  }

  @Override
  public void read(long byteOffset, ByteBuffer target) {
    int length = target.remaining();
    Objects.checkFromIndexSize(byteOffset, length, byteSize());
    target.put(bytes.slice((int) byteOffset, length));
  }
}
