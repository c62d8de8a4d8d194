package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A tensor read into memory once, for work that walks it several times: ranking a layer's weights
 * takes two or three passes, and writing them another.
 *
 * <p>Each thread has one buffer for this, so a resident tensor is good until the same thread loads
 * the next one, and is to be used by that thread only.
 */
public final class ResidentTensor implements TensorData {
  /** The largest tensor that is kept: most layers of Stable Diffusion 2 in F16 are smaller. */
  public static final int MOST_BYTES = 32 << 20;

  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(0));

  private final TensorData source;
  private final ByteBuffer bytes;

  private ResidentTensor(TensorData source, ByteBuffer bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  /**
   * Reads a tensor into this thread's buffer.
   *
   * @param data the tensor
   * @return the tensor in memory, or {@code data} itself if it has more than {@link #MOST_BYTES}
   * @throws IOException if reading fails
   */
  public static TensorData load(TensorData data) throws IOException {
    long size = data.byteSize();
    if (size > MOST_BYTES) {
      return data;
    }
    ByteBuffer buffer = BUFFER.get();
    if (buffer.capacity() < size + Aliasing.ROOM) {
      buffer = ByteBuffer.allocateDirect((int) size + Aliasing.ROOM);
      BUFFER.set(buffer);
    }
    ByteBuffer bytes =
        Aliasing.apartFrom(data.filePosition(), buffer.duplicate().clear(), (int) size);
    data.read(0, bytes);
    return new ResidentTensor(data, bytes.flip());
  }

  /** Views some of the bytes; what is written to the view changes this tensor. */
  ByteBuffer piece(long byteOffset, int length) {
    return bytes.slice((int) byteOffset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public DType dtype() {
    return source.dtype();
  }

  @Override
  public Shape shape() {
    return source.shape();
  }

  @Override
  public long filePosition() {
    return source.filePosition();
  }

  @Override
  public void read(long byteOffset, ByteBuffer target) {
    int length = target.remaining();
    Objects.checkFromIndexSize(byteOffset, length, bytes.limit());
    target.put(bytes.slice((int) byteOffset, length));
  }
}
