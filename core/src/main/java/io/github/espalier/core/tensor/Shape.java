package io.github.espalier.core.tensor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost first. Immutable and safe for use by many threads.
 *
 * <p>A shape without dimensions belongs to a scalar of one element; a zero extent makes an empty
 * tensor. The number of elements always fits a {@code long}.
 */
public final class Shape {
  private final long[] extents;
  private final long elements;

  private Shape(long[] extents) {
    this.extents = extents;
    this.elements = product(extents);
  }

  /**
   * Makes a shape.
   *
   * @param extents each at least 0; none for a scalar
   * @return the shape
   * @throws IllegalArgumentException if an extent is negative, or the product of the extents up to
   *     any of them exceeds {@link Long#MAX_VALUE}
   */
  public static Shape of(long... extents) {
    return new Shape(extents.clone());
  }

  /**
   * Makes a shape from a list.
   *
   * @param extents each at least 0; empty for a scalar
   * @return the shape
   * @throws IllegalArgumentException as for {@link #of(long...)}
   */
  public static Shape of(List<Long> extents) {
    return new Shape(extents.stream().mapToLong(Long::longValue).toArray());
  }

  private static long product(long[] extents) {
    long product = 1;
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "negative extent " + extent + " in shape " + Arrays.toString(extents));
      }
      try {
        product = Math.multiplyExact(product, extent);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(extents) + " has more than 2^63-1 elements", e);
      }
    }
    return product;
  }

  /**
   * Returns the number of dimensions.
   *
   * @return 0 for a scalar
   */
  public int rank() {
    return extents.length;
  }

  /**
   * Returns one extent.
   *
   * @param dimension from 0 to {@code rank() - 1}
   * @return the extent
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public long extent(int dimension) {
    return extents[dimension];
  }

  /**
   * Returns all extents.
   *
   * @return a copy, outermost first
   */
  @JsonValue
  public long[] toArray() {
    return extents.clone();
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the extents; 1 for a scalar
   */
  public long elements() {
    return elements;
  }

  /**
   * Returns the size of as many elements.
   *
   * @param dtype the element type
   * @return bytes in all
   * @throws IllegalArgumentException if the elements do not fill whole bytes, or more than {@link
   *     Long#MAX_VALUE} of them
   */
  long byteSize(DType dtype) {
    long remainderBits = elements % 8 * dtype.bits();
    if (remainderBits % 8 != 0) {
      throw new IllegalArgumentException(
          "a tensor of " + dtype + " " + this + " does not fill whole bytes");
    }
    try {
      long eights = Math.multiplyExact(elements / 8, (long) dtype.bits());
      return Math.addExact(eights, remainderBits / 8);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a tensor of " + dtype + " " + this + " has more than 2^63-1 bytes", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(extents, that.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** Returns the extents as {@code [320, 4, 3, 3]}. */
  @Override
  public String toString() {
    return Arrays.stream(extents)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
