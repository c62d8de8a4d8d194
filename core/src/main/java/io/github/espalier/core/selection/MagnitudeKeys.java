package io.github.espalier.core.selection;

import io.github.espalier.core.tensor.TensorData;

/**
 * Keys that rank weights by absolute value, taken from their bits without any conversion.
 *
 * <p>The bits of an IEEE 754 number with its sign cleared, read as an integer, have the order of
 * the absolute values; this holds for binary16, bfloat16, binary32 and binary64, subnormal numbers
 * included. Both zeros have key 0.
 */
public final class MagnitudeKeys {
  private MagnitudeKeys() {}

  /**
   * Makes the keys of a layer.
   *
   * @param data weights of type F16, BF16, F32 or F64
   * @return keys that read from the data each time they are walked
   * @throws IllegalArgumentException if the type is another
   */
  public static SaliencyKeys of(TensorData data) {
    return switch (data.dtype()) {
      case F16, BF16 -> new HalfKeys(data);
      case F32 -> new SingleKeys(data);
      case F64 -> new WideKeys(data);
      default ->
          throw new IllegalArgumentException(
              "weights of type "
                  + data.dtype()
                  + " have no magnitude; expected F16, BF16, F32, F64");
    };
  }
}
