package io.github.espalier.sd2.safetensors;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writes the data of a new file, tensor by tensor or piece by piece, in any order.
 *
 * <p>The writer knows which bytes have been written: none can be written twice, and {@link
 * #finish()} refuses a file in which any is missing. A file that is closed without being finished
 * stays behind incomplete; write to a temporary name and move the file when it is finished, as
 * {@link Safetensors#write} does.
 *
 * <p>Safe for use by many threads, which may write pieces of the same tensor at once. Interrupting
 * a thread while it writes closes the file for all of them.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final Path path;
  private final SafetensorsLayout layout;
  private final FileChannel channel;
  private final Object lock = new Object();

  /** Positions in the file that have been written, or are being written right now. */
  @GuardedBy("lock") private final RangeSet<Long> claimed = TreeRangeSet.create();

  @GuardedBy("lock") private int writesUnderWay;

  /** Whether what is there already may be right, so that it is read before it is written. */
  private volatile boolean compares;

  private SafetensorsWriter(
      Path path, SafetensorsLayout layout, FileChannel channel, boolean compares) {
    this.path = path;
    this.layout = layout;
    this.channel = channel;
    this.compares = compares;
  }

  /**
   * Creates a file, gives it its full size and writes its header.
   *
   * @param newFile the file, which must not exist
   * @param layout what it will look like
   * @return the writer
   * @throws java.nio.file.FileAlreadyExistsException if the file exists
   * @throws IOException if it cannot be created or written; what was created is deleted
   */
  public static SafetensorsWriter open(Path newFile, SafetensorsLayout layout) throws IOException {
    FileChannel channel =
        FileChannel.open(newFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      if (layout.header().dataSize() > 0) {
        // The full size at once lets the file system see what is coming.
        writeFully(channel, ByteBuffer.allocate(1), layout.fileSize() - 1);
      }
      writeFully(channel, layout.prefixAndHeader(), 0);
      return new SafetensorsWriter(newFile, layout, channel, false);
    } catch (IOException | RuntimeException | Error e) {
      Cleanup.after(e, channel::close);
      Cleanup.after(e, () -> Files.deleteIfExists(newFile));
      throw e;
    }
  }

  /**
   * Opens a file that an earlier writer may have left incomplete, or creates it.
   *
   * <p>All data has to be written as to a new file, in the same order as before. Up to the first
   * piece that differs, what is there already is compared and left alone, so that the result never
   * depends on it.
   *
   * @param file the file; if it is of another size or has another header, all of it is written; a
   *     symbolic link is replaced, and what it points to stays as it is
   * @param layout what it will look like
   * @return the writer
   * @throws IOException if the file cannot be opened, read or written
   */
  public static SafetensorsWriter resume(Path file, SafetensorsLayout layout) throws IOException {
    // Where a name is known beforehand, somebody else may have made it a link to another file.
    if (Files.isSymbolicLink(file)) {
      Files.delete(file);
    }
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      ByteBuffer header = layout.prefixAndHeader();
      boolean compares = channel.size() == layout.fileSize() && holds(channel, header, 0);
      if (!compares) {
        channel.truncate(0);
        if (layout.header().dataSize() > 0) {
          writeFully(channel, ByteBuffer.allocate(1), layout.fileSize() - 1);
        }
        writeFully(channel, header, 0);
      }
      return new SafetensorsWriter(file, layout, channel, compares);
    } catch (IOException | RuntimeException | Error e) {
      Cleanup.after(e, channel::close);
      throw e;
    }
  }

  /**
   * Returns what the file will look like.
   *
   * @return the layout
   */
  public SafetensorsLayout layout() {
    return layout;
  }

  /**
   * Writes a piece of a tensor.
   *
   * @param name exact name of the tensor
   * @param offsetInTensor where the piece goes, in bytes from the tensor's first byte
   * @param bytes the piece, in the file's little-endian form; its position moves to its limit
   * @throws IllegalArgumentException if the file has no tensor of that name
   * @throws IndexOutOfBoundsException if the piece goes beyond the tensor
   * @throws IllegalStateException if any of these bytes was written before
   * @throws IOException if writing fails; the piece may then be written again
   */
  public void write(String name, long offsetInTensor, ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    Objects.checkFromIndexSize(offsetInTensor, (long) count, layout.length(name));
    if (count == 0) {
      return;
    }
    long begin = layout.position(name) + offsetInTensor;
    Range<Long> range = Range.closedOpen(begin, begin + count);
    synchronized (lock) {
      if (claimed.intersects(range)) {
        throw new IllegalStateException(
            path
                + " "
                + Printable.name(name)
                + ": some of bytes "
                + offsetInTensor
                + " to "
                + (offsetInTensor + count)
                + " were written before");
      }
      claimed.add(range);
      writesUnderWay++;
    }
    boolean written = false;
    try {
      if (compares && holds(channel, bytes, begin)) {
        bytes.position(bytes.limit());
      } else {
        compares = false;
        writeFully(channel, bytes, begin);
      }
      written = true;
    } finally {
      synchronized (lock) {
        writesUnderWay--;
        if (!written) {
          claimed.remove(range);
        }
      }
    }
  }

  /**
   * Writes a whole tensor, a piece of at most 1 MiB at a time.
   *
   * @param name exact name of the tensor
   * @param data its data
   * @throws IllegalArgumentException if the file has no tensor of that name, or one of another type
   *     or shape
   * @throws IllegalStateException if any of its bytes was written before
   * @throws IOException if reading or writing fails
   */
  public void writeAll(String name, TensorData data) throws IOException {
    TensorInfo info = layout.header().tensor(name, "the layout");
    if (data.dtype() != info.dtype() || !data.shape().equals(info.shape())) {
      throw new IllegalArgumentException(
          path
              + " "
              + Printable.name(name)
              + ": data of "
              + data.dtype()
              + " "
              + data.shape()
              + " for a tensor of "
              + info.dtype()
              + " "
              + info.shape());
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, info.byteSize()));
    for (long at = 0; at < info.byteSize(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), info.byteSize() - at));
      data.read(at, buffer);
      write(name, at, buffer.flip());
    }
  }

  /**
   * Completes the file: makes sure that every byte has been written, and that it has reached the
   * disk. Does not close it.
   *
   * @throws IllegalStateException if a byte is missing, naming the first tensor that lacks one, or
   *     if another thread is still writing
   * @throws IOException if the system cannot bring the file to the disk
   */
  public void finish() throws IOException {
    synchronized (lock) {
      if (writesUnderWay > 0) {
        throw new IllegalStateException(path + ": another thread is still writing");
      }
      for (TensorInfo info : layout.header().tensors()) {
        requireWritten(info);
      }
    }
    channel.force(true);
  }

  @GuardedBy("lock") private void requireWritten(TensorInfo info) {
    long begin = layout.position(info.name());
    Range<Long> range = Range.closedOpen(begin, begin + info.byteSize());
    if (range.isEmpty() || claimed.encloses(range)) {
      return;
    }
    long written = 0;
    for (Range<Long> part : claimed.subRangeSet(range).asRanges()) {
      written += part.upperEndpoint() - part.lowerEndpoint();
    }
    throw new IllegalStateException(
        path
            + " "
            + Printable.name(info.name())
            + ": only "
            + written
            + " of "
            + info.byteSize()
            + " bytes have been written");
  }

  /**
   * Closes the file, finished or not. An unfinished file stays behind as it is.
   *
   * @throws IOException if the system reports an error
   */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Tells whether a file has these bytes at a position; the buffer's position stays. */
  private static boolean holds(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    ByteBuffer found = ByteBuffer.allocate(bytes.remaining());
    for (long at = position; found.hasRemaining(); ) {
      int count = channel.read(found, at);
      if (count < 0) {
        return false;
      }
      at += count;
    }
    return found.flip().equals(bytes);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
