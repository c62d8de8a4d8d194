package io.github.espalier.sd2.sparse;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the sparse form of a dense safetensors file. Stateless. */
public final class SparseWriter {
  private SparseWriter() {}

  /**
   * Writes the sparse form of a file.
   *
   * @param dense the dense file, open
   * @param target a file that does not exist yet; incomplete if this method fails
   * @throws IOException if reading or writing fails
   */
  public static void write(SafetensorsFile dense, Path target) throws IOException {
    Map<String, long[]> offsets = new LinkedHashMap<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (TensorInfo info : dense.header().tensors()) {
      plan(info, dense.tensor(info.name()), offsets, specs);
    }
    String header = new String(dense.header().rawBytes(), StandardCharsets.UTF_8);
    SafetensorsLayout layout =
        SafetensorsLayout.modern(
            specs,
            Map.of(
                SparseNames.FORMAT_KEY,
                SparseNames.FORMAT,
                SparseNames.DENSE_HEADER_KEY,
                header,
                SparseNames.DENSE_SIZE_KEY,
                Long.toString(dense.header().dataSize())));
    try (SafetensorsWriter writer = SafetensorsWriter.open(target, layout)) {
      for (TensorInfo info : dense.header().tensors()) {
        TensorData data = dense.tensor(info.name());
        long[] rowOffsets = offsets.get(info.name());
        if (rowOffsets == null) {
          writer.writeAll(info.name(), data);
        } else {
          writeSparse(writer, info.name(), data, rowOffsets);
        }
      }
      writer.finish();
    }
  }

  /** Counts a tensor's kept elements and chooses the smaller form. */
  private static void plan(
      TensorInfo info, TensorData data, Map<String, long[]> offsets, List<TensorSpec> specs)
      throws IOException {
    Shape shape = info.shape();
    int rows = shape.rank() == 0 ? 1 : (int) Math.min(shape.extent(0), Integer.MAX_VALUE);
    long elements = shape.elements();
    if (info.dtype().isPrunable() && elements > 0) {
      int width = info.dtype().bytes();
      long[] rowOffsets = new long[rows];
      long kept = countKept(data, rowOffsets, elements / rows);
      long sparseBytes = (elements + 7) / 8 + kept * width + rows * 8L;
      if (sparseBytes < elements * width) {
        offsets.put(info.name(), rowOffsets);
        specs.add(
            new TensorSpec(
                SparseNames.bitmask(info.name()), DType.U8, Shape.of((elements + 7) / 8)));
        specs.add(new TensorSpec(SparseNames.values(info.name()), info.dtype(), Shape.of(kept)));
        specs.add(new TensorSpec(SparseNames.rowOffsets(info.name()), DType.I64, Shape.of(rows)));
        return;
      }
    }
    specs.add(new TensorSpec(info.name(), info.dtype(), shape));
  }

  private static long countKept(TensorData data, long[] rowOffsets, long columns)
      throws IOException {
    int width = data.dtype().bytes();
    long[] kept = new long[1];
    TensorReader.forEachPiece(
        data,
        (first, piece) -> {
          long count = kept[0];
          for (int position = 0; position < piece.limit(); position += width) {
            long index = first + position / width;
            if (index % columns == 0) {
              rowOffsets[(int) (index / columns)] = count;
            }
            if (!isZero(piece, position, width)) {
              count++;
            }
          }
          kept[0] = count;
        });
    return kept[0];
  }

  private static void writeSparse(
      SafetensorsWriter writer, String name, TensorData data, long[] rowOffsets)
      throws IOException {
    int width = data.dtype().bytes();
    ByteBuffer bits =
        ByteBuffer.allocate(TensorReader.PIECE_BYTES / width / 8 + 1)
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer values =
        ByteBuffer.allocate(TensorReader.PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long[] written = new long[1];
    TensorReader.forEachPiece(
        data,
        (first, piece) -> {
          bits.clear();
          values.clear();
          int pending = 0;
          int length = piece.limit() / width;
          for (int i = 0; i < length; i++) {
            if (!isZero(piece, i * width, width)) {
              pending |= 1 << (i & 7);
              values.put(piece.slice(i * width, width));
            }
            if ((i & 7) == 7 || i == length - 1) {
              bits.put((byte) pending);
              pending = 0;
            }
          }
          writer.write(SparseNames.bitmask(name), first / 8, bits.flip());
          int size = values.flip().remaining();
          writer.write(SparseNames.values(name), written[0], values);
          written[0] += size;
        });
    ByteBuffer offsets =
        ByteBuffer.allocate(rowOffsets.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    offsets.asLongBuffer().put(rowOffsets);
    writer.write(SparseNames.rowOffsets(name), 0, offsets);
  }

  private static boolean isZero(ByteBuffer piece, int position, int width) {
    return switch (width) {
      case 2 -> piece.getShort(position) == 0;
      case 4 -> piece.getInt(position) == 0;
      default -> piece.getLong(position) == 0;
    };
  }
}
