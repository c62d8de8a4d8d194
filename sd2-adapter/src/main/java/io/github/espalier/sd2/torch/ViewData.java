package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a view in the order of their indices. Those that lie so in the file are read from
 * there; others are gathered from the file mapped into memory.
 */
final class ViewData implements TensorData {
  private static final int WINDOW_BITS = 30;
  private static final int WINDOW = 1 << WINDOW_BITS;

  private final Path file;
  private final FileChannel channel;
  private final View view;
  private final long position;
  private final boolean contiguous;
  private volatile ByteBuffer @Nullable [] windows;

  /**
   * Makes the data.
   *
   * @param storage position in the file of the storage
   */
  ViewData(Path file, FileChannel channel, View view, long storage) {
    this.file = file;
    this.channel = channel;
    this.view = view;
    this.position = storage + view.firstByte();
    this.contiguous = view.isContiguous();
  }

  @Override
  public DType dtype() {
    return view.dtype();
  }

  @Override
  public Shape shape() {
    return view.shape();
  }

  @Override
  public long filePosition() {
    return position;
  }

  @Override
  public void read(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, (long) target.remaining(), byteSize());
    if (contiguous) {
      FileRange.fill(file, channel, position + byteOffset, target);
      return;
    }
    int width = dtype().bytes();
    long first = byteOffset / width;
    long end = (byteOffset + target.remaining() + width - 1) / width;
    ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact((end - first) * width));
    try {
      gather(first, end, whole);
    } catch (InternalError e) {
      // What touching mapped memory throws when the file has become shorter than it was.
      throw CheckpointFormatException.of(file, "became shorter while it was read", e);
    }
    int skipped = (int) (byteOffset - first * width);
    target.put(whole.slice(skipped, target.remaining()));
  }

  private void gather(long first, long end, ByteBuffer target) throws IOException {
    ByteBuffer[] mapped = windows();
    int width = dtype().bytes();
    int inner = shape().rank() - 1;
    long[] index = index(first);
    for (long element = first; element < end; ) {
      long at = 0;
      for (int i = 0; i <= inner; i++) {
        at += index[i] * view.strides()[i];
      }
      long run = Math.min(shape().extent(inner) - index[inner], end - element);
      for (long i = 0; i < run; i++) {
        long from = (at + i * view.strides()[inner]) * width;
        put(target, mapped[(int) (from >> WINDOW_BITS)], (int) (from & (WINDOW - 1)), width);
      }
      element += run;
      advance(index);
    }
  }

  private long[] index(long element) {
    long[] index = new long[shape().rank()];
    long rest = element;
    for (int i = index.length - 1; i >= 0; i--) {
      index[i] = rest % shape().extent(i);
      rest /= shape().extent(i);
    }
    return index;
  }

  /** Goes to the beginning of the next row. */
  private void advance(long[] index) {
    index[index.length - 1] = 0;
    for (int i = index.length - 2; i >= 0; i--) {
      if (++index[i] < shape().extent(i)) {
        return;
      }
      index[i] = 0;
    }
  }

  private static void put(ByteBuffer target, ByteBuffer source, int at, int width) {
    switch (width) {
      case 1 -> target.put(source.get(at));
      case 2 -> target.putShort(source.getShort(at));
      case 4 -> target.putInt(source.getInt(at));
      default -> target.putLong(source.getLong(at));
    }
  }

  /**
   * Maps what the elements span, in windows that begin at multiples of 1 GiB from the first
   * element, so that none lies in two. Threads may do so twice, to the same effect.
   */
  private ByteBuffer[] windows() throws IOException {
    ByteBuffer @Nullable [] known = windows;
    if (known != null) {
      return known;
    }
    long span = 1;
    for (int i = 0; i < shape().rank(); i++) {
      span += (shape().extent(i) - 1) * view.strides()[i];
    }
    span *= dtype().bytes();
    if (position + span > channel.size()) {
      throw CheckpointFormatException.of(file, "became shorter while it was read");
    }
    ByteBuffer[] mapped = new ByteBuffer[(int) ((span + WINDOW - 1) >> WINDOW_BITS)];
    for (int i = 0; i < mapped.length; i++) {
      long begin = (long) i << WINDOW_BITS;
      mapped[i] =
          channel.map(
              FileChannel.MapMode.READ_ONLY, position + begin, Math.min(WINDOW, span - begin));
    }
    windows = mapped;
    return mapped;
  }

  @Override
  public String toString() {
    return view.dtype() + " " + view.shape() + " of " + file;
  }
}
