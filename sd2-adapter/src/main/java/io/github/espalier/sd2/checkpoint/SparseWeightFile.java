package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsHeader;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.sparse.SparseFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A sparse file, expanded as it is read. */
record SparseWeightFile(SparseFile file) implements WeightFile {
  private static final int PIECE = 1 << 20;

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public SafetensorsHeader header() {
    return file.header();
  }

  @Override
  public TensorData tensor(String name) {
    return file.tensor(name);
  }

  @Override
  public void copy(long position, long length, FileChannel target) throws IOException {
    long end = position + length;
    long dataStart = header().dataOffset();
    if (position < dataStart) {
      ByteBuffer prefix = prefixed(header().rawBytes());
      write(prefix.slice((int) position, (int) (Math.min(end, dataStart) - position)), target);
    }
    for (TensorInfo info : header().tensors()) {
      long begin = Math.max(position, dataStart + info.begin());
      long stop = Math.min(end, dataStart + info.end());
      TensorData data = tensor(info.name());
      for (long at = begin; at < stop; at += PIECE) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PIECE, stop - at));
        data.read(at - dataStart - info.begin(), bytes);
        write(bytes.flip(), target);
      }
    }
  }

  private static ByteBuffer prefixed(byte[] header) {
    return ByteBuffer.allocate(Long.BYTES + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header);
  }

  private static void write(ByteBuffer bytes, FileChannel target) throws IOException {
    while (bytes.hasRemaining()) {
      target.write(bytes);
    }
  }

  @Override
  public void requireUnchanged() throws IOException {
    file.requireUnchanged();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
