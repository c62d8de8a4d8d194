package io.github.espalier.sd2.safetensors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a safetensors file: its tensors, its free text, and its bytes as they are.
 * Immutable and safe for use by many threads.
 *
 * <p>A file is 8 bytes of unsigned little-endian header length, the header, and the data, which the
 * tensors cover completely. Tensors come in the order of their data.
 */
public final class SafetensorsHeader {
  /** Longest header that the format has, in bytes. */
  static final int MAX_LENGTH = 100_000_000;

  /** Bytes of the length in front of the header. */
  static final int PREFIX = 8;

  private final byte[] rawBytes;
  private final Map<String, String> metadata;
  private final Map<String, TensorInfo> byName;
  private final List<TensorInfo> tensors;
  private final List<String> names;
  private final long dataSize;

  /**
   * Makes a header.
   *
   * @param rawBytes not copied
   * @param metadata not copied
   * @param tensors in the order of their data, which they cover without holes
   */
  SafetensorsHeader(byte[] rawBytes, Map<String, String> metadata, List<TensorInfo> tensors) {
    this.rawBytes = rawBytes;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.tensors = List.copyOf(tensors);
    Map<String, TensorInfo> found = new LinkedHashMap<>();
    this.tensors.forEach(tensor -> found.put(tensor.name(), tensor));
    this.byName = Collections.unmodifiableMap(found);
    this.names = List.copyOf(found.keySet());
    this.dataSize = tensors.isEmpty() ? 0 : tensors.get(tensors.size() - 1).end();
  }

  /**
   * Returns the header as it is in the file: JSON with all its padding, without the 8 bytes of
   * length in front.
   *
   * @return a copy
   */
  public byte[] rawBytes() {
    return rawBytes.clone();
  }

  /** Returns the header's own bytes, not to be modified. */
  byte[] sharedBytes() {
    return rawBytes;
  }

  /**
   * Returns the free text under {@code __metadata__}.
   *
   * @return unmodifiable, in the file's order; empty also if the file has none. Of keys that occur
   *     twice ({@link VerdictMode#REFERENCE} only) the last one counts
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Returns the tensors.
   *
   * @return unmodifiable, in the order of their data
   */
  public List<TensorInfo> tensors() {
    return tensors;
  }

  /**
   * Returns the names of the tensors.
   *
   * @return unmodifiable, in the order of their data
   */
  public List<String> names() {
    return names;
  }

  /**
   * Finds a tensor.
   *
   * @param name exact name
   * @return the tensor, or empty if there is none of that name
   */
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * Returns a tensor.
   *
   * @param name exact name
   * @return the tensor
   * @throws IllegalArgumentException if there is none of that name; the message has the nearest
   *     ones
   */
  public TensorInfo tensor(String name) {
    return tensor(name, "the header");
  }

  /** Returns a tensor of what the message of an error calls {@code where}. */
  TensorInfo tensor(String name, String where) {
    return find(name).orElseThrow(() -> Names.unknown(name, where, byName.keySet()));
  }

  /**
   * Returns where the data begins.
   *
   * @return position in the file: 8 plus the length of the header
   */
  public long dataOffset() {
    return PREFIX + (long) rawBytes.length;
  }

  /**
   * Returns the size of the data of all tensors.
   *
   * @return bytes; with {@link #dataOffset()} they make the size of the file
   */
  public long dataSize() {
    return dataSize;
  }
}
