package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A tensor read into memory once, for work that walks it several times: ranking a layer's weights
 * takes two or three passes, and writing them another.
 *
 * <p>Buffers are kept for the next tensor, since the garbage collector would free them late.
 */
final class ResidentTensor implements TensorData {
  /** The largest tensor that is kept: most layers of Stable Diffusion 2 in F16 are smaller. */
  static final int MOST_BYTES = 32 << 20;

  private static final Queue<ByteBuffer> SPARE = new ConcurrentLinkedQueue<>();

  private final TensorData source;
  private final ByteBuffer buffer;
  private final ByteBuffer bytes;

  private ResidentTensor(TensorData source, ByteBuffer buffer, ByteBuffer bytes) {
    this.source = source;
    this.buffer = buffer;
    this.bytes = bytes;
  }

  /**
   * Reads a tensor.
   *
   * @param data a tensor of at most {@link #MOST_BYTES}
   */
  static ResidentTensor load(TensorData data) throws IOException {
    ByteBuffer buffer = SPARE.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(MOST_BYTES + Aliasing.ROOM);
    }
    int size = Math.toIntExact(data.byteSize());
    ByteBuffer bytes = Aliasing.apartFrom(data.filePosition(), buffer, size);
    try {
      data.read(0, bytes);
    } catch (IOException | RuntimeException | Error e) {
      SPARE.add(buffer);
      throw e;
    }
    return new ResidentTensor(data, buffer, bytes.flip());
  }

  /** Gives the buffer to the next tensor; this one must not be used any more. */
  void release() {
    SPARE.add(buffer);
  }

  /** Views some of the bytes; what is written to the view changes this tensor. */
  ByteBuffer piece(long byteOffset, int length) throws IOException {
    askSource();
    return bytes.slice((int) byteOffset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads nothing, so that a source that stops its readers can stop those of this copy too. */
  private void askSource() throws IOException {
    source.read(0, ByteBuffer.allocate(0));
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
  public void read(long byteOffset, ByteBuffer target) throws IOException {
    askSource();
    int length = target.remaining();
    Objects.checkFromIndexSize(byteOffset, length, bytes.limit());
    target.put(bytes.slice((int) byteOffset, length));
  }
}
