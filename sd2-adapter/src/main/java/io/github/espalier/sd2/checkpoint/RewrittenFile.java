package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.ModelRewrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A file of weights of which some layers change: the header and everything else keep their bytes
 * and places.
 */
final class RewrittenFile implements AutoCloseable {
  private static final long COPY_BYTES = 16L << 20;
  private static final ThreadLocal<WriteBuffer> BUFFER = ThreadLocal.withInitial(WriteBuffer::new);

  private final WeightFile source;
  private final Path target;
  private final List<LayerSource> changed;
  private final FileChannel channel;

  RewrittenFile(WeightFile source, Path target, List<LayerSource> changed) throws IOException {
    this.source = source;
    this.target = target;
    this.changed = changed.stream().sorted(Comparator.comparingLong(LayerSource::begin)).toList();
    this.channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  Path target() {
    return target;
  }

  /** The pieces between the changed layers. */
  List<ModelRewrite.Copy> copies() {
    List<ModelRewrite.Copy> copies = new ArrayList<>();
    long position = 0;
    for (LayerSource layer : changed) {
      addCopies(position, layer.begin(), copies);
      position = layer.end();
    }
    addCopies(position, source.header().dataOffset() + source.header().dataSize(), copies);
    return copies;
  }

  private void addCopies(long from, long to, List<ModelRewrite.Copy> copies) {
    for (long position = from; position < to; ) {
      long end = Math.min(to, (position / COPY_BYTES + 1) * COPY_BYTES);
      copies.add(new RangeCopy(position, end - position));
      position = end;
    }
  }

  /** Writes a part of a layer; the parts of one layer come in order and on one thread. */
  void write(LayerSource layer, long byteOffset, ByteBuffer bytes) throws IOException {
    WriteBuffer buffer = BUFFER.get();
    if (byteOffset == 0) {
      buffer.discard();
    }
    long position = layer.begin() + byteOffset;
    long end = position + bytes.remaining();
    buffer.write(channel, position, bytes);
    if (end == layer.end()) {
      buffer.flush(channel);
    }
  }

  void flush() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private final class RangeCopy implements ModelRewrite.Copy {
    private final long position;
    private final long bytes;

    RangeCopy(long position, long bytes) {
      this.position = position;
      this.bytes = bytes;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void run(LongConsumer progress) throws IOException {
      try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
        source.copy(position, bytes, out.position(position));
      }
      progress.accept(bytes);
    }
  }
}
