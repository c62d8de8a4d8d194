package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;

/**
 * One tensor of a file: what it is and where its data lies. Immutable.
 *
 * <p>Offsets count from the first byte after the header; add {@link SafetensorsHeader#dataOffset()}
 * for positions in the file.
 *
 * @param name the name; arbitrary text under {@link VerdictMode#REFERENCE}
 * @param dtype type of the elements
 * @param shape extents, outermost first. Under {@link VerdictMode#REFERENCE} a file may declare an
 *     empty tensor with an extent or a product of extents beyond 2<sup>63</sup>-1, which a shape
 *     cannot express: {@code [0]} then stands for it
 * @param begin offset of the first byte, at least 0
 * @param end offset after the last byte; {@code end - begin} is the size that type and shape demand
 */
public record TensorInfo(String name, DType dtype, Shape shape, long begin, long end) {
  /**
   * Makes an info.
   *
   * @param name the name
   * @param dtype type of the elements
   * @param shape extents, outermost first
   * @param begin offset of the first byte
   * @param end offset after the last byte
   * @throws IllegalArgumentException if the range is not of the size that type and shape demand
   */
  public TensorInfo {
    long size = new TensorSpec(name, dtype, shape).byteSize();
    if (begin < 0 || end - begin != size) {
      throw new IllegalArgumentException(
          Printable.name(name)
              + ": bytes "
              + begin
              + " to "
              + end
              + " where the tensor has "
              + size
              + " bytes");
    }
  }

  /**
   * Returns the size of the data.
   *
   * @return bytes, at least 0
   */
  public long byteSize() {
    return end - begin;
  }

  /**
   * Returns what the tensor is, without where it lies.
   *
   * @return name, type and shape
   */
  public TensorSpec spec() {
    return new TensorSpec(name, dtype, shape);
  }
}
