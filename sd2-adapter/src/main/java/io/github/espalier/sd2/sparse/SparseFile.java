package io.github.espalier.sd2.sparse;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.DetachedHeader;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.SafetensorsHeader;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sparse file, read as the dense file that it stands for.
 *
 * <p>Safe for use by many threads while open.
 */
public final class SparseFile implements AutoCloseable {
  private final SafetensorsFile file;
  private final SafetensorsHeader dense;

  private SparseFile(SafetensorsFile file, SafetensorsHeader dense) {
    this.file = file;
    this.dense = dense;
  }

  /**
   * Tells whether a file is of the sparse format.
   *
   * @param header the file's header
   * @return true if its metadata says so
   */
  public static boolean isSparse(SafetensorsHeader header) {
    return SparseNames.FORMAT.equals(header.metadata().get(SparseNames.FORMAT_KEY));
  }

  /**
   * Reads an open file as a sparse one.
   *
   * @param file the file, which this object closes from now on
   * @return the dense view
   * @throws CheckpointFormatException if it is not a well-formed sparse file
   */
  public static SparseFile of(SafetensorsFile file) {
    @Nullable String text = file.header().metadata().get(SparseNames.DENSE_HEADER_KEY);
    if (text == null || !isSparse(file.header())) {
      throw CheckpointFormatException.of(
          file.path(), "has no metadata '" + SparseNames.DENSE_HEADER_KEY + "'");
    }
    SafetensorsHeader dense =
        DetachedHeader.parse(file.path(), text.getBytes(StandardCharsets.UTF_8), denseSize(file));
    for (TensorInfo info : dense.tensors()) {
      check(file, info);
    }
    return new SparseFile(file, dense);
  }

  private static long denseSize(SafetensorsFile file) {
    String text = file.header().metadata().getOrDefault(SparseNames.DENSE_SIZE_KEY, "");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw CheckpointFormatException.of(
          file.path(),
          "metadata '" + SparseNames.DENSE_SIZE_KEY + "' is '" + text + "', expected a number",
          e);
    }
  }

  private static void check(SafetensorsFile file, TensorInfo info) {
    if (file.contains(info.name())) {
      require(file, info.name(), info.dtype(), info.shape());
      return;
    }
    long elements = info.shape().elements();
    long rows = info.shape().rank() == 0 ? 1 : info.shape().extent(0);
    require(file, SparseNames.bitmask(info.name()), DType.U8, Shape.of((elements + 7) / 8));
    require(file, SparseNames.rowOffsets(info.name()), DType.I64, Shape.of(rows));
    TensorInfo values = find(file, SparseNames.values(info.name()));
    if (values.dtype() != info.dtype()
        || values.shape().rank() != 1
        || values.shape().elements() > elements) {
      throw CheckpointFormatException.of(
          file.path(),
          values.name(),
          "is "
              + values.dtype()
              + " "
              + values.shape()
              + ", which cannot be the values of a tensor "
              + info.dtype()
              + " "
              + info.shape());
    }
  }

  private static TensorInfo find(SafetensorsFile file, String name) {
    return file.header()
        .find(name)
        .orElseThrow(
            () -> CheckpointFormatException.of(file.path(), name, "is missing from a sparse file"));
  }

  private static void require(SafetensorsFile file, String name, DType dtype, Shape shape) {
    TensorInfo info = find(file, name);
    if (info.dtype() != dtype || !info.shape().equals(shape)) {
      throw CheckpointFormatException.of(
          file.path(),
          name,
          "is " + info.dtype() + " " + info.shape() + ", expected " + dtype + " " + shape);
    }
  }

  /**
   * Returns where the file is.
   *
   * @return its path
   */
  public Path path() {
    return file.path();
  }

  /**
   * Returns the header of the dense file.
   *
   * @return the header
   */
  public SafetensorsHeader header() {
    return dense;
  }

  /**
   * Returns a tensor of the dense file.
   *
   * @param name the tensor's name
   * @return its elements, expanded as they are read
   * @throws IllegalArgumentException if there is no such tensor
   */
  public TensorData tensor(String name) {
    if (file.contains(name)) {
      return file.tensor(name);
    }
    TensorInfo info = dense.tensor(name);
    return new SparseTensor(
        file.path(),
        info,
        file.tensor(SparseNames.bitmask(name)),
        file.tensor(SparseNames.values(name)),
        file.tensor(SparseNames.rowOffsets(name)));
  }

  /**
   * Fails if the file is not the one that was opened any more.
   *
   * @throws CheckpointFormatException if it changed
   * @throws IOException if that cannot be found out
   */
  public void requireUnchanged() throws IOException {
    file.requireUnchanged();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** A tensor that is expanded as it is read. */
  private record SparseTensor(
      Path path, TensorInfo info, TensorData bitmask, TensorData values, TensorData rowOffsets)
      implements TensorData {
    private static final int PIECE = 1 << 16;

    @Override
    public DType dtype() {
      return info.dtype();
    }

    @Override
    public Shape shape() {
      return info.shape();
    }

    @Override
    public void read(long byteOffset, ByteBuffer target) throws IOException {
      Objects.checkFromIndexSize(byteOffset, (long) target.remaining(), byteSize());
      int width = dtype().bytes();
      long first = byteOffset / width;
      long end = (byteOffset + target.remaining() + width - 1) / width;
      int skipped = (int) (byteOffset - first * width);
      if (skipped == 0 && target.remaining() % width == 0) {
        expand(first, end, target);
        return;
      }
      // A range that cuts elements: expand them whole, and hand out the part asked for.
      ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact((end - first) * width));
      expand(first, end, whole);
      target.put(whole.slice(skipped, target.remaining()));
    }

    private void expand(long first, long end, ByteBuffer target) throws IOException {
      long value = keptBefore(first);
      for (long element = first; element < end; element += PIECE) {
        value += expand(element, (int) Math.min(PIECE, end - element), value, target);
      }
    }

    private long keptBefore(long element) throws IOException {
      long rows = rowOffsets.shape().elements();
      if (rows == 0 || shape().elements() == 0) {
        return 0;
      }
      long columns = shape().elements() / rows;
      long row = Math.min(element / columns, rows - 1);
      ByteBuffer offset = read(rowOffsets, row * Long.BYTES, Long.BYTES);
      long kept = offset.getLong(0);
      for (long at = row * columns; at < element; at += PIECE) {
        long end = Math.min(at + PIECE, element);
        kept += countBits(at, end);
      }
      return kept;
    }

    private long countBits(long from, long to) throws IOException {
      ByteBuffer bits = bits(from, to);
      long count = 0;
      for (long i = from; i < to; i++) {
        count += bitAt(bits, from, i);
      }
      return count;
    }

    private int expand(long element, int count, long value, ByteBuffer target) throws IOException {
      int width = dtype().bytes();
      ByteBuffer bits = bits(element, element + count);
      int kept = 0;
      for (long i = element; i < element + count; i++) {
        kept += bitAt(bits, element, i);
      }
      if (value < 0 || value + kept > values.shape().elements()) {
        throw CheckpointFormatException.of(
            path,
            info.name(),
            "bit mask keeps more than the " + values.shape().elements() + " values stored");
      }
      ByteBuffer packed = read(values, value * width, kept * width);
      byte[] zero = new byte[width];
      for (long i = element; i < element + count; i++) {
        if (bitAt(bits, element, i) == 0) {
          target.put(zero);
        } else {
          for (int b = 0; b < width; b++) {
            target.put(packed.get());
          }
        }
      }
      return kept;
    }

    private ByteBuffer bits(long from, long to) throws IOException {
      return read(bitmask, from >>> 3, (int) (((to + 7) >>> 3) - (from >>> 3)));
    }

    private static int bitAt(ByteBuffer bits, long from, long index) {
      return bits.get((int) ((index >>> 3) - (from >>> 3))) >>> (index & 7) & 1;
    }

    private static ByteBuffer read(TensorData data, long offset, int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      data.read(offset, bytes);
      return bytes.flip();
    }
  }
}
