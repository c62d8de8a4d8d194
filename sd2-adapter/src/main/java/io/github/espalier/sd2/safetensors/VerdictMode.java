package io.github.espalier.sd2.safetensors;

/**
 * How much a reader puts up with.
 *
 * <p>Whatever {@link #STRICT} accepts, {@link #REFERENCE} accepts too, with the same tensors. Both
 * accept, among other things, white space before and after the header (writers pad with it, in
 * front since 2026, to put the data at a page boundary), headers of a length that 8 does not divide
 * and data at unaligned offsets (the published SD2 files have both), tensors listed in another
 * order than their data, unknown fields in a tensor's entry, {@code "__metadata__": null}, and any
 * bytes as data.
 */
public enum VerdictMode {
  /**
   * The verdict of the reference implementation, the Rust crate safetensors 0.8.0, on every input.
   *
   * <p>A file is refused if the length of its header exceeds 100,000,000 or the file; if the header
   * is not one JSON object in UTF-8, with white space around it at most, nested at most 127 deep,
   * without numbers beyond the range of a double; if {@code __metadata__} occurs twice or is not an
   * object of strings; if a tensor's entry lacks {@code dtype}, {@code shape} or {@code
   * data_offsets}, has one twice, or has one of the wrong type; if the tensors, sorted by offset,
   * do not cover the data from its first byte to the end of the file without hole or overlap; or if
   * a shape's size overflows 64 unsigned bits, fills no whole bytes, or differs from the range.
   *
   * <p>A hostile header of 100 MB takes up to 1.5 GB of memory to read.
   */
  REFERENCE,

  /**
   * What every sane writer produces; the default everywhere. Refuses in addition:
   *
   * <ul>
   *   <li>two tensors of the same name, of which the reference implementation silently drops the
   *       first, so that programs disagree about what the file holds;
   *   <li>any other key that occurs twice in one object, in {@code __metadata__}, a tensor's entry
   *       or below, for the same reason;
   *   <li>a tensor's entry written as an array, {@code ["F32",[1],[0,4]]}, and a type written as an
   *       object, {@code {"F32":null}}, which the reference implementation accepts by accident;
   *   <li>an empty tensor name;
   *   <li>control characters in a tensor's name (U+0000 to U+001F, U+007F to U+009F), which forge
   *       lines of logs and confuse terminals;
   *   <li>more than 64 dimensions, which is where NumPy stops;
   *   <li>an extent, or a product of leading extents, beyond 2<sup>63</sup>-1: only an empty tensor
   *       can have one;
   *   <li>a header over 8 MiB: the largest of SD2 has 167 kB, while a hostile one of 100 MB makes
   *       millions of objects before anything else can be checked.
   * </ul>
   */
  STRICT;

  /** Returns the largest length of a header in bytes. */
  long headerLimit() {
    return this == STRICT ? 8L << 20 : SafetensorsHeader.MAX_LENGTH;
  }
}
