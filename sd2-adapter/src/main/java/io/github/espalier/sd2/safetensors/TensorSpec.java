package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;

/**
 * A tensor's name, type and shape: all but its data. Immutable.
 *
 * @param name the name, any text that UTF-8 can express
 * @param dtype type of the elements
 * @param shape extents, outermost first
 */
public record TensorSpec(String name, DType dtype, Shape shape) {
  /**
   * Makes a spec.
   *
   * @param name the name
   * @param dtype type of the elements
   * @param shape extents, outermost first
   * @throws IllegalArgumentException if the name has a lone surrogate, if the elements do not fill
   *     whole bytes (as an odd number of 4-bit ones), or if their bits exceed 2<sup>63</sup>-1
   */
  public TensorSpec {
    if (!Names.isUnicode(name)) {
      throw new IllegalArgumentException(
          "the tensor name " + Printable.name(name) + " has a lone surrogate");
    }
    long elements = shape.elements();
    if (elements > Long.MAX_VALUE / dtype.bits() || elements * dtype.bits() % 8 != 0) {
      throw new IllegalArgumentException(
          Printable.name(name)
              + ": "
              + elements
              + " elements of "
              + dtype.bits()
              + " bits do not make a whole number of bytes below 2^60");
    }
  }

  /**
   * Returns the size of the data.
   *
   * @return bytes, at least 0
   */
  public long byteSize() {
    return shape.elements() * dtype.bits() / 8;
  }
}
