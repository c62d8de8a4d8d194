package io.github.espalier.core.prune;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A tensor that lets a check stop whoever reads it. A method may walk a layer many times, or all
 * layers together, and only its reading can be interrupted without its help.
 */
record WatchedTensor(TensorData data, Runnable check) implements TensorData {
  @Override
  public DType dtype() {
    return data.dtype();
  }

  @Override
  public Shape shape() {
    return data.shape();
  }

  @Override
  public long filePosition() {
    return data.filePosition();
  }

  @Override
  public void read(long byteOffset, ByteBuffer target) throws IOException {
    check.run();
    data.read(byteOffset, target);
  }
}
