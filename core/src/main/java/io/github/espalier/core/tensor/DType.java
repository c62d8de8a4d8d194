package io.github.espalier.core.tensor;

import java.util.Optional;

/**
 * Element types of tensors, under the names that the safetensors format gives them.
 *
 * <p>The declaration order is the format's own: its reference writer lays tensors out by descending
 * {@link #ordinal()}. Only the four {@linkplain #isPrunable() prunable} types carry weights that a
 * pruning method may rank.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public enum DType {
  /** Boolean, one byte an element. */
  BOOL(8),
  /** Four-bit float, two elements a byte. */
  F4(4),
  /** Six-bit float with 2 exponent and 3 mantissa bits. */
  F6_E2M3(6),
  /** Six-bit float with 3 exponent and 2 mantissa bits. */
  F6_E3M2(6),
  /** Unsigned byte. */
  U8(8),
  /** Signed byte. */
  I8(8),
  /** Eight-bit float with 5 exponent and 2 mantissa bits. */
  F8_E5M2(8),
  /** Eight-bit float with 4 exponent and 3 mantissa bits. */
  F8_E4M3(8),
  /** Eight-bit power-of-two scale. */
  F8_E8M0(8),
  /** Eight-bit float with 4 exponent and 3 mantissa bits, without negative zero. */
  F8_E4M3FNUZ(8),
  /** Eight-bit float with 5 exponent and 2 mantissa bits, without negative zero. */
  F8_E5M2FNUZ(8),
  /** Signed 16-bit integer. */
  I16(16),
  /** Unsigned 16-bit integer. */
  U16(16),
  /** IEEE 754 binary16. */
  F16(16),
  /** bfloat16: the upper half of an IEEE 754 binary32. */
  BF16(16),
  /** Signed 32-bit integer. */
  I32(32),
  /** Unsigned 32-bit integer. */
  U32(32),
  /** IEEE 754 binary32. */
  F32(32),
  /** Complex number of two binary32. */
  C64(64),
  /** IEEE 754 binary64. */
  F64(64),
  /** Signed 64-bit integer. */
  I64(64),
  /** Unsigned 64-bit integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /**
   * Returns the width of an element.
   *
   * @return bits per element, 4 to 64
   */
  public int bits() {
    return bits;
  }

  /**
   * Returns the width of an element that fills whole bytes.
   *
   * @return bytes per element, 1 to 8
   * @throws UnsupportedOperationException if elements of this type are narrower than a byte
   */
  public int bytes() {
    if (bits % 8 != 0) {
      throw new UnsupportedOperationException(name() + " has " + bits + " bits per element");
    }
    return bits / 8;
  }

  /**
   * Tells whether weights of this type can be pruned: {@link #F16}, {@link #BF16}, {@link #F32} and
   * {@link #F64}.
   *
   * @return true for these four
   */
  public boolean isPrunable() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /**
   * Finds a type by the name that a file uses.
   *
   * @param name exact, upper-case name such as {@code BF16}
   * @return the type, or empty if the format has none of that name
   */
  public static Optional<DType> byName(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
