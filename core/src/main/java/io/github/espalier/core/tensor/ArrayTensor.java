package io.github.espalier.core.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/** The elements of an ND4J array as little-endian binary32. */
record ArrayTensor(Shape shape, FloatBuffer floats) implements TensorData {
  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public void read(long byteOffset, ByteBuffer target) {
    int length = target.remaining();
    Objects.checkFromIndexSize(byteOffset, length, byteSize());
    if (byteOffset % 4 != 0 || length % 4 != 0) {
      throw new IllegalArgumentException(
          "bytes " + byteOffset + " to " + (byteOffset + length) + " are no whole elements");
    }
    target
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(floats.slice((int) (byteOffset / 4), length / 4));
    target.position(target.limit());
  }
}
