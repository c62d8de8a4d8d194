package io.github.espalier.sd2.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a file to be written looks like, down to the byte: its header, and the position of every
 * tensor. Immutable and safe for use by many threads.
 *
 * <p>The header is compact JSON as serde_json writes it: {@code __metadata__} first unless there is
 * none, then the tensors in the order of their data, each as {@code dtype}, {@code shape}, {@code
 * data_offsets}; text is raw UTF-8 except for quotes, backslashes and control characters. Metadata
 * of several keys is sorted by key; the reference writer's order is random then, so files can equal
 * its files byte for byte only if they have one key or none.
 */
public final class SafetensorsLayout {
  private static final int ALIGNMENT = 8;

  private final SafetensorsHeader header;

  private SafetensorsLayout(SafetensorsHeader header) {
    this.header = header;
  }

  /**
   * Lays tensors out as the reference writer does since version 0.3: widest type first (by
   * descending {@link io.github.espalier.core.tensor.DType#ordinal()}), then by name in the order
   * of UTF-8 bytes, the header padded with spaces to a multiple of 8 bytes.
   *
   * @param specs the tensors, in any order
   * @param metadata free text by key; if empty, the header has no {@code __metadata__}
   * @return the layout
   * @throws IllegalArgumentException if two tensors have the same name, or one has a name that
   *     {@link VerdictMode#STRICT} refuses to read or is {@code __metadata__}; if metadata has a
   *     lone surrogate; if the header would exceed 100,000,000 bytes; or if the file would exceed
   *     2<sup>63</sup>-1 bytes
   */
  public static SafetensorsLayout modern(List<TensorSpec> specs, Map<String, String> metadata) {
    return of(
        specs,
        metadata,
        Comparator.comparing(TensorSpec::dtype)
            .reversed()
            .thenComparing(TensorSpec::name, Names.BYTE_ORDER),
        ALIGNMENT);
  }

  /**
   * Lays tensors out as early versions of the reference writer did, and as the published
   * single-precision SD2 files are: by name in the order of UTF-8 bytes, the header not padded.
   * Data may lie unaligned.
   *
   * @param specs the tensors, in any order
   * @param metadata free text by key; if empty, the header has no {@code __metadata__}
   * @return the layout
   * @throws IllegalArgumentException as for {@link #modern}
   */
  public static SafetensorsLayout legacy(List<TensorSpec> specs, Map<String, String> metadata) {
    return of(specs, metadata, Comparator.comparing(TensorSpec::name, Names.BYTE_ORDER), 1);
  }

  /**
   * Keeps the layout of a file: same header, byte for byte, so that a file written to it differs
   * from the original only where the data does.
   *
   * @param header header of the original
   * @return the layout
   */
  public static SafetensorsLayout preserved(SafetensorsHeader header) {
    return new SafetensorsLayout(header);
  }

  private static SafetensorsLayout of(
      List<TensorSpec> specs,
      Map<String, String> metadata,
      Comparator<TensorSpec> order,
      int alignment) {
    requireNames(specs);
    List<TensorInfo> tensors = new ArrayList<>(specs.size());
    long end = 0;
    for (TensorSpec spec : specs.stream().sorted(order).toList()) {
      long begin = end;
      try {
        end = Math.addExact(begin, spec.byteSize());
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("the tensors have more than 2^63-1 bytes", e);
      }
      tensors.add(new TensorInfo(spec.name(), spec.dtype(), spec.shape(), begin, end));
    }
    Map<String, String> sorted = new TreeMap<>(Names.BYTE_ORDER);
    sorted.putAll(metadata);
    byte[] json = json(sorted, tensors).getBytes(StandardCharsets.UTF_8);
    int length = (int) ((json.length + alignment - 1L) / alignment * alignment);
    if (length > SafetensorsHeader.MAX_LENGTH || end > Long.MAX_VALUE - 8 - length) {
      throw new IllegalArgumentException(
          "the header would have "
              + length
              + " bytes, of at most "
              + SafetensorsHeader.MAX_LENGTH
              + ", and the data "
              + end);
    }
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    return new SafetensorsLayout(new SafetensorsHeader(padded, sorted, tensors));
  }

  private static void requireNames(List<TensorSpec> specs) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      String name = spec.name();
      if (name.equals(Names.METADATA)) {
        throw new IllegalArgumentException(name + " is reserved and cannot name a tensor");
      }
      if (name.isEmpty() || Names.hasControl(name)) {
        throw new IllegalArgumentException(
            "the tensor name " + Printable.name(name) + " is empty or has control characters");
      }
      if (spec.shape().rank() > HeaderJson.MAX_STRICT_RANK) {
        throw new IllegalArgumentException(
            Printable.name(name) + " has more than " + HeaderJson.MAX_STRICT_RANK + " dimensions");
      }
      if (!names.add(name)) {
        throw new IllegalArgumentException("two tensors are named " + Printable.name(name));
      }
    }
  }

  private static String json(Map<String, String> metadata, List<TensorInfo> tensors) {
    StringBuilder out = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      appendString(out, Names.METADATA).append(":{");
      metadata.forEach(
          (key, value) -> {
            appendString(appendString(separate(out), key).append(':'), value);
            requireBounded(out);
          });
      out.append('}');
    }
    for (TensorInfo tensor : tensors) {
      appendString(separate(out), tensor.name())
          .append(":{\"dtype\":\"")
          .append(tensor.dtype().name())
          .append("\",\"shape\":")
          .append(tensor.shape().toString().replace(" ", ""))
          .append(",\"data_offsets\":[")
          .append(tensor.begin())
          .append(',')
          .append(tensor.end())
          .append("]}");
      requireBounded(out);
    }
    return out.append('}').toString();
  }

  /** Stops before a text grows beyond any memory; UTF-8 has no fewer bytes than there are chars. */
  private static void requireBounded(StringBuilder out) {
    if (out.length() > SafetensorsHeader.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the header would exceed " + SafetensorsHeader.MAX_LENGTH + " bytes");
    }
  }

  private static StringBuilder separate(StringBuilder out) {
    return out.charAt(out.length() - 1) == '{' ? out : out.append(',');
  }

  private static StringBuilder appendString(StringBuilder out, String text) {
    if (!Names.isUnicode(text)) {
      throw new IllegalArgumentException(
          "the metadata " + Printable.name(text) + " has a lone surrogate");
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"');
  }

  /**
   * Returns the header that the file will have.
   *
   * @return its tensors in the order of their data, its metadata, its bytes
   */
  public SafetensorsHeader header() {
    return header;
  }

  /**
   * Returns where a tensor's data goes.
   *
   * @param name exact name
   * @return position of its first byte in the file
   * @throws IllegalArgumentException if there is none of that name
   */
  public long position(String name) {
    return header.dataOffset() + header.tensor(name, "the layout").begin();
  }

  /**
   * Returns the size of a tensor's data.
   *
   * @param name exact name
   * @return bytes
   * @throws IllegalArgumentException if there is none of that name
   */
  public long length(String name) {
    return header.tensor(name, "the layout").byteSize();
  }

  /**
   * Returns the size of the whole file.
   *
   * @return bytes, at least 10
   */
  public long fileSize() {
    return header.dataOffset() + header.dataSize();
  }

  /** Returns all bytes before the data. */
  ByteBuffer prefixAndHeader() {
    byte[] bytes = header.sharedBytes();
    return ByteBuffer.allocate(SafetensorsHeader.PREFIX + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.length)
        .put(bytes)
        .flip();
  }
}
