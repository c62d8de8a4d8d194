package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * A safetensors file that is open for reading. Opening reads and checks the header only; tensors
 * are read where they lie, at any alignment and beyond 2 GiB.
 *
 * <p>Safe for use by many threads until closed. As with every {@link FileChannel}, interrupting a
 * thread while it reads closes the file for all threads: that one gets {@link
 * java.nio.channels.ClosedByInterruptException}, the others {@link
 * java.nio.channels.ClosedChannelException}. Threads that may be interrupted should open the file
 * for themselves.
 *
 * <p>A file must not change while it is open. A read that finds it too short says so; to find out
 * whether bytes were replaced, call {@link #requireUnchanged()} after the last read.
 */
public final class SafetensorsFile implements TensorStore {
  private final Path path;
  private final FileChannel channel;
  private final FileStamp stamp;
  private final SafetensorsHeader header;

  private SafetensorsFile(
      Path path, FileChannel channel, FileStamp stamp, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.stamp = stamp;
    this.header = header;
  }

  /**
   * Opens a file, as {@link VerdictMode#STRICT} allows.
   *
   * @param path the file
   * @return the open file
   * @throws CheckpointFormatException if it is not a well-formed safetensors file
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return open(path, VerdictMode.STRICT);
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @param mode how much to put up with
   * @return the open file
   * @throws CheckpointFormatException if it is not a well-formed safetensors file, or changed while
   *     it was opened
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path, VerdictMode mode) throws IOException {
    try {
      return openChecked(path, mode);
    } catch (Rejection rejection) {
      throw rejection.of(path);
    }
  }

  static SafetensorsFile openChecked(Path path, VerdictMode mode) throws IOException, Rejection {
    FileStamp before = FileStamp.of(path);
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      SafetensorsHeader header = HeaderReader.read(ByteSource.of(channel), mode);
      // The path may lead to another file than the channel if it was replaced in between.
      if (!FileStamp.of(path).equals(before)) {
        throw new Rejection(null, "the file changed while it was opened");
      }
      return new SafetensorsFile(path, channel, before, header);
    } catch (IOException | RuntimeException | Rejection | Error e) {
      try {
        channel.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * Returns where the file is.
   *
   * @return the path that it was opened by
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the header.
   *
   * @return what the file holds
   */
  public SafetensorsHeader header() {
    return header;
  }

  @Override
  public List<String> names() {
    return header.names();
  }

  @Override
  public boolean contains(String name) {
    return header.find(name).isPresent();
  }

  @Override
  public SafetensorsFile file(String name) {
    info(name);
    return this;
  }

  @Override
  public List<SafetensorsFile> files() {
    return List.of(this);
  }

  private TensorInfo info(String name) {
    return header.tensor(name, path.toString());
  }

  /**
   * Returns a tensor's data.
   *
   * <p>Each call of {@link TensorData#read} reads from the file into the caller's buffer, a direct
   * one best, and keeps nothing. It throws {@link CheckpointFormatException} if the file has become
   * too short since it was opened.
   *
   * @param name exact name
   * @return a view, usable until this file is closed, by many threads
   * @throws IllegalArgumentException if there is none of that name; the message has the nearest
   *     ones
   */
  @Override
  public TensorData tensor(String name) {
    return new FileTensor(info(name));
  }

  /**
   * Maps a tensor's data into memory, where the operating system reads it as it is touched.
   *
   * <p>The memory lives until the buffer is garbage, even if this file is closed; until then some
   * systems let nobody delete or replace the file. If the file is cut off meanwhile, touching the
   * missing part throws {@link InternalError}. The data may begin at any address: multi-byte
   * elements of a buffer may be unaligned, which {@link ByteBuffer#getFloat(int)} and the like
   * handle, and {@link ByteBuffer#asFloatBuffer()} too.
   *
   * @param name exact name
   * @return a read-only, little-endian buffer of exactly the tensor's bytes
   * @throws IllegalArgumentException if there is none of that name (the message has the nearest
   *     ones), or if it has more than 2<sup>31</sup>-1 bytes, which one buffer cannot hold
   * @throws CheckpointFormatException if the file has become too short since it was opened
   * @throws IOException if the system does not map it
   */
  public ByteBuffer map(String name) throws IOException {
    TensorInfo info = info(name);
    if (info.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          path
              + " "
              + Printable.name(name)
              + ": has "
              + info.byteSize()
              + " bytes but a buffer holds 2^31-1 at most; read it in pieces by tensor(name)");
    }
    long begin = header.dataOffset() + info.begin();
    if (channel.size() < begin + info.byteSize()) {
      throw tooShort(info, channel.size());
    }
    return channel
        .map(FileChannel.MapMode.READ_ONLY, begin, info.byteSize())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private CheckpointFormatException tooShort(TensorInfo info, long end) {
    return CheckpointFormatException.of(
        path,
        Printable.name(info.name()),
        "the file ends at byte "
            + end
            + " where it had "
            + stamp.size()
            + " bytes when it was opened: it changed while it was read");
  }

  /**
   * Tells whether the file seems to be what it was when it was opened: same size, same time of
   * change, and same file behind the path, as far as the system can tell.
   *
   * @return false if it was changed, replaced, moved or deleted
   * @throws IOException if its attributes cannot be read
   */
  public boolean contentIsUnchanged() throws IOException {
    try {
      return FileStamp.of(path).equals(stamp);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Makes sure that the file seems to be what it was when it was opened.
   *
   * @throws CheckpointFormatException if {@link #contentIsUnchanged()} is false
   * @throws IOException if its attributes cannot be read
   */
  public void requireUnchanged() throws IOException {
    if (!contentIsUnchanged()) {
      throw CheckpointFormatException.of(
          path, "the file was changed, replaced, moved or deleted after it was opened");
    }
  }

  /**
   * Closes the file. Tensors that it returned can no longer be read; mapped ones can.
   *
   * @throws IOException if the system reports an error
   */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return path + " (" + header.tensors().size() + " tensors)";
  }

  /** The data of one tensor, read from the file's channel. */
  private final class FileTensor implements TensorData {
    private final TensorInfo info;

    FileTensor(TensorInfo info) {
      this.info = info;
    }

    @Override
    public DType dtype() {
      return info.dtype();
    }

    @Override
    public Shape shape() {
      return info.shape();
    }

    @Override
    public long byteSize() {
      return info.byteSize();
    }

    @Override
    public long filePosition() {
      return header.dataOffset() + info.begin();
    }

    @Override
    public void read(long byteOffset, ByteBuffer target) throws IOException {
      Objects.checkFromIndexSize(byteOffset, (long) target.remaining(), info.byteSize());
      long begin = filePosition() + byteOffset;
      long expected = begin + target.remaining();
      long end = ByteSource.of(channel).fill(target, begin);
      if (end < expected) {
        throw tooShort(info, end);
      }
    }

    @Override
    public String toString() {
      return Printable.name(info.name()) + " " + info.dtype() + " " + info.shape();
    }
  }
}
