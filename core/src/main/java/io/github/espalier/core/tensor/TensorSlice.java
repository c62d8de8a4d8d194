package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A contiguous part of another tensor. */
record TensorSlice(TensorData whole, long byteOffset, Shape shape) implements TensorData {
  TensorSlice {
    Objects.checkFromIndexSize(byteOffset, shape.byteSize(whole.dtype()), whole.byteSize());
  }

  @Override
  public DType dtype() {
    return whole.dtype();
  }

  @Override
  public long filePosition() {
    return whole.filePosition() + byteOffset;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), byteSize());
    whole.read(byteOffset + offset, target);
  }
}
