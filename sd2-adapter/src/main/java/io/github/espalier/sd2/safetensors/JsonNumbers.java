package io.github.espalier.sd2.safetensors;

import java.util.Arrays;

/**
 * Decides which JSON numbers are too large, as serde_json does without its {@code float_roundtrip}
 * feature, the parser of the reference implementation.
 *
 * <p>That parser collects the digits into 64 bits, drops those that do not fit, and multiplies by a
 * power of ten in floating point; a product that overflows is an error. The rounding makes the
 * limit depend on how a number is written: 1.7976931348623158e308 is refused though its nearest
 * double is finite. Nothing but this reproduction gives the same verdicts.
 */
final class JsonNumbers {
  private static final double[] POWERS_OF_TEN = new double[309];

  static {
    Arrays.setAll(POWERS_OF_TEN, exponent -> Double.parseDouble("1e" + exponent));
  }

  private JsonNumbers() {}

  /**
   * Tells whether a number is in range.
   *
   * @param text a number by JSON's grammar
   * @return false if the reference implementation calls it out of range
   */
  static boolean isInRange(String text) {
    int end = text.length();
    int at = text.charAt(0) == '-' ? 1 : 0;
    long digits = 0;
    int exponent = 0;
    boolean full = false;
    for (; at < end && isDigit(text.charAt(at)); at++) {
      if (full || overflows(digits, text.charAt(at), -1L)) {
        full = true;
        exponent++;
      } else {
        digits = 10 * digits + (text.charAt(at) - '0');
      }
    }
    boolean isInteger = at == end;
    if (isInteger && !full) {
      return true;
    }
    if (at < end && text.charAt(at) == '.') {
      // Digits after the point are tried anew even if an earlier one did not fit.
      full = false;
      for (at++; at < end && isDigit(text.charAt(at)); at++) {
        if (full || overflows(digits, text.charAt(at), -1L)) {
          full = true;
        } else {
          digits = 10 * digits + (text.charAt(at) - '0');
          exponent--;
        }
      }
    }
    return at == end
        ? isFinite(digits, exponent)
        : isFiniteWithExponent(digits, exponent, text.substring(at + 1));
  }

  private static boolean isFiniteWithExponent(long digits, int exponent, String written) {
    boolean negative = written.charAt(0) == '-';
    int at = negative || written.charAt(0) == '+' ? 1 : 0;
    long value = 0;
    for (; at < written.length(); at++) {
      if (overflows(value, written.charAt(at), Integer.MAX_VALUE)) {
        return digits == 0 || negative;
      }
      value = 10 * value + (written.charAt(at) - '0');
    }
    long sum = negative ? exponent - value : exponent + value;
    return isFinite(digits, Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, sum)));
  }

  private static boolean isFinite(long digits, long exponent) {
    double value = toDouble(digits);
    if (exponent < 0 || value == 0) {
      return true;
    }
    return exponent < POWERS_OF_TEN.length
        && Double.isFinite(value * POWERS_OF_TEN[Math.toIntExact(exponent)]);
  }

  private static boolean overflows(long value, char digit, long limit) {
    long tenth = Long.divideUnsigned(limit, 10);
    int order = Long.compareUnsigned(value, tenth);
    return order > 0 || (order == 0 && digit - '0' > Long.remainderUnsigned(limit, 10));
  }

  private static double toDouble(long unsigned) {
    if (unsigned >= 0) {
      return unsigned;
    }
    // Halved with the lost bit kept, so that the one rounding is to nearest even.
    return 2.0 * ((unsigned >>> 1) | (unsigned & 1));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
