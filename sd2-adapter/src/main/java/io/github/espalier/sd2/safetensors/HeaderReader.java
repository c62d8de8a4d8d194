package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Reads and checks the header of a file, with the rules that {@link VerdictMode} states. All
 * arithmetic on numbers of the file is unsigned and checked.
 */
final class HeaderReader {
  /**
   * Most bytes of a tensor, so that its bits fit a long. The reference implementation, which maps
   * whole files, cannot open one of that size either.
   */
  private static final long MOST_BYTES = Long.MAX_VALUE / 8;

  private HeaderReader() {}

  static SafetensorsHeader read(ByteSource source, VerdictMode mode) throws IOException, Rejection {
    byte[] start = bytes(source, 0, (int) Math.min(source.size(), Diagnosis.ENOUGH));
    try {
      return readChecked(source, mode);
    } catch (Rejection rejection) {
      String diagnosis = Diagnosis.of(start);
      throw diagnosis == null ? rejection : new Rejection(null, diagnosis);
    }
  }

  private static SafetensorsHeader readChecked(ByteSource source, VerdictMode mode)
      throws IOException, Rejection {
    long fileSize = source.size();
    if (fileSize < SafetensorsHeader.PREFIX) {
      throw new Rejection(
          null, "the file has " + fileSize + " bytes, too few for the 8 bytes of header length");
    }
    byte[] prefix = bytes(source, 0, SafetensorsHeader.PREFIX);
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (Long.compareUnsigned(length, mode.headerLimit()) > 0) {
      throw new Rejection(
          null,
          "the header length is "
              + Long.toUnsignedString(length)
              + ", more than the "
              + mode.headerLimit()
              + " bytes allowed");
    }
    // Before anything of that size is allocated.
    if (length > fileSize - SafetensorsHeader.PREFIX) {
      throw new Rejection(
          null,
          "the header length is "
              + length
              + " but only "
              + (fileSize - SafetensorsHeader.PREFIX)
              + " bytes follow: the file is cut off");
    }
    byte[] header = bytes(source, SafetensorsHeader.PREFIX, (int) length);
    HeaderJson.Contents contents = HeaderJson.parse(header, mode);
    List<Map.Entry<String, HeaderJson.Entry>> ordered = new ArrayList<>();
    ordered.addAll(contents.entries().entrySet());
    ordered.sort(
        Map.Entry.comparingByValue(
            Comparator.comparing(HeaderJson.Entry::begin, Long::compareUnsigned)
                .thenComparing(HeaderJson.Entry::end, Long::compareUnsigned)));
    requireCovered(requireEndToEnd(ordered), fileSize - SafetensorsHeader.PREFIX - length);
    List<TensorInfo> tensors = new ArrayList<>(ordered.size());
    for (Map.Entry<String, HeaderJson.Entry> named : ordered) {
      tensors.add(info(named.getKey(), named.getValue(), mode));
    }
    return new SafetensorsHeader(header, contents.metadata(), tensors);
  }

  private static byte[] bytes(ByteSource source, long position, int count)
      throws IOException, Rejection {
    byte[] bytes = new byte[count];
    if (source.fill(ByteBuffer.wrap(bytes), position) < position + count) {
      throw new Rejection(null, "the file became shorter while it was read");
    }
    return bytes;
  }

  /**
   * Checks that tensors, in the order of their data, lie end to end and have the sizes that their
   * types and shapes demand.
   *
   * @return offset after the last byte, unsigned
   */
  private static long requireEndToEnd(List<Map.Entry<String, HeaderJson.Entry>> ordered)
      throws Rejection {
    long end = 0;
    for (Map.Entry<String, HeaderJson.Entry> named : ordered) {
      String name = named.getKey();
      HeaderJson.Entry entry = named.getValue();
      if (entry.begin() != end || Long.compareUnsigned(entry.end(), entry.begin()) < 0) {
        throw new Rejection(
            name,
            "data_offsets "
                + range(entry)
                + " where the data should begin at "
                + Long.toUnsignedString(end)
                + ": tensors must lie end to end, without holes or overlaps");
      }
      long size = byteSize(name, entry);
      if (entry.end() - entry.begin() != size) {
        throw new Rejection(
            name,
            "data_offsets "
                + range(entry)
                + " span "
                + Long.toUnsignedString(entry.end() - entry.begin())
                + " bytes where "
                + entry.dtype()
                + " "
                + extents(entry)
                + " takes "
                + Long.toUnsignedString(size));
      }
      end = entry.end();
    }
    return end;
  }

  private static TensorInfo info(String name, HeaderJson.Entry entry, VerdictMode mode)
      throws Rejection {
    if (entry.end() - entry.begin() > MOST_BYTES) {
      throw new Rejection(name, "the tensor is larger than 2^60 bytes");
    }
    return new TensorInfo(
        name, entry.dtype(), shape(name, entry, mode), entry.begin(), entry.end());
  }

  private static Shape shape(String name, HeaderJson.Entry entry, VerdictMode mode)
      throws Rejection {
    try {
      return Shape.of(entry.extents());
    } catch (IllegalArgumentException e) {
      // The product fits the file, so what does not fit a shape is multiplied by zero in the end.
      if (mode == VerdictMode.STRICT) {
        throw new Rejection(
            name, "the shape " + extents(entry) + " has an extent or a product beyond 2^63-1");
      }
      return Shape.of(0);
    }
  }

  private static long byteSize(String name, HeaderJson.Entry entry) throws Rejection {
    long bits = 1;
    for (long extent : entry.extents()) {
      bits = multiply(bits, extent, name, entry);
    }
    bits = multiply(bits, entry.dtype().bits(), name, entry);
    if (bits % 8 != 0) {
      throw new Rejection(
          name,
          entry.dtype()
              + " "
              + extents(entry)
              + " takes "
              + Long.toUnsignedString(bits)
              + " bits, which fill no whole number of bytes");
    }
    return bits >>> 3;
  }

  private static long multiply(long left, long right, String name, HeaderJson.Entry entry)
      throws Rejection {
    if (right != 0 && Long.compareUnsigned(left, Long.divideUnsigned(-1, right)) > 0) {
      throw new Rejection(
          name, "the size of " + entry.dtype() + " " + extents(entry) + " overflows 64 bits");
    }
    return left * right;
  }

  private static void requireCovered(long expected, long found) throws Rejection {
    if (found != expected) {
      throw new Rejection(
          null,
          "the tensors take "
              + Long.toUnsignedString(expected)
              + " bytes but "
              + found
              + " follow the header: "
              + (Long.compareUnsigned(found, expected) < 0
                  ? "the file is cut off, perhaps an unfinished download"
                  : "it has bytes that belong to no tensor"));
    }
  }

  private static String range(HeaderJson.Entry entry) {
    return "["
        + Long.toUnsignedString(entry.begin())
        + ", "
        + Long.toUnsignedString(entry.end())
        + "]";
  }

  private static String extents(HeaderJson.Entry entry) {
    int shown = 8;
    StringBuilder out = new StringBuilder("[");
    for (long extent : Arrays.copyOf(entry.extents(), Math.min(shown, entry.extents().length))) {
      out.append(out.length() > 1 ? ", " : "").append(Long.toUnsignedString(extent));
    }
    return out.append(entry.extents().length > shown ? ", ...]" : "]").toString();
  }
}
