package io.github.espalier.core.tensor;

/**
 * Conversions between {@code float} and the two 16-bit formats, exact where possible and rounded to
 * nearest, ties to even, otherwise (IEEE 754-2019, section 4.3.1). Stateless.
 */
public final class HalfPrecision {
  private static final int F16_MANTISSA_SHIFT = 13;
  private static final int F16_LARGEST = 0x477fefff;
  private static final int F16_SMALLEST_NORMAL = 0x38800000;
  private static final float F16_SUBNORMAL_UNIT = 0x1p-24f;

  private HalfPrecision() {}

  /**
   * Widens an IEEE 754 binary16.
   *
   * @param half bits of the number
   * @return the same number; NaN stays NaN
   */
  public static float f16ToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = mantissa * F16_SUBNORMAL_UNIT;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wideExponent = exponent == 0x1f ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | wideExponent << 23 | mantissa << F16_MANTISSA_SHIFT);
  }

  /**
   * Narrows to an IEEE 754 binary16.
   *
   * @param value any number
   * @return bits of the nearest binary16; infinity from 65,520 on; a quiet NaN for NaN
   */
  public static short floatToF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude > F16_LARGEST) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < F16_SMALLEST_NORMAL) {
      // The scaled value is below 2^10 and rint rounds ties to even, as the format asks.
      int units = (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24);
      return (short) (sign | units);
    }
    int rounded = magnitude + 0xfff + (magnitude >>> F16_MANTISSA_SHIFT & 1);
    return (short) (sign | (rounded - (112 << 23)) >>> F16_MANTISSA_SHIFT);
  }

  /**
   * Widens a bfloat16.
   *
   * @param half bits of the number
   * @return the same number; NaN stays NaN
   */
  public static float bf16ToFloat(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  /**
   * Narrows to a bfloat16.
   *
   * @param value any number
   * @return bits of the nearest bfloat16; a quiet NaN for NaN
   */
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
