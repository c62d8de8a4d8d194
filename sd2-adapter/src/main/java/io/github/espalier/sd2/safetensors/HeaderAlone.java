package io.github.espalier.sd2.safetensors;

import java.nio.ByteBuffer;

/** A header in memory, with data after it that nobody reads. */
record HeaderAlone(ByteBuffer start, long size) implements ByteSource {
  @Override
  public int read(ByteBuffer target, long position) {
    if (position >= start.limit()) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), start.limit() - position);
    target.put(start.slice((int) position, count));
    return count;
  }
}
