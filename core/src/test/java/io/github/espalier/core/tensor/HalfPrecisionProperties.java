package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Rounding against exact decimal arithmetic over the list of all numbers of the format. */
class HalfPrecisionProperties {
  private interface Widening {
    float widen(short bits);
  }

  /**
   * The bits of the nearest number, the even one of two: a search among the non-negative numbers of
   * a format, whose bits have the order of their values. Infinity stands for the power of two after
   * the largest number (IEEE 754-2019, 4.3.1).
   */
  private static int nearest(float magnitude, int infinity, BigDecimal afterLargest, Widening w) {
    BigDecimal exact = new BigDecimal(magnitude);
    int low = 0;
    int high = infinity;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (new BigDecimal(w.widen((short) middle)).compareTo(exact) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    BigDecimal below = exact.subtract(new BigDecimal(w.widen((short) low)));
    BigDecimal upper = high == infinity ? afterLargest : new BigDecimal(w.widen((short) high));
    int order = below.compareTo(upper.subtract(exact));
    return order < 0 || (order == 0 && low % 2 == 0) ? low : high;
  }

  /** Any finite number, and the close neighbours of the middle between two 16-bit numbers. */
  @Provide
  Arbitrary<Float> numbers() {
    Arbitrary<Float> any = Arbitraries.integers().map(Float::intBitsToFloat);
    Arbitrary<Float> aroundF16 =
        Arbitraries.integers()
            .between(0, 0x47800000 >>> 12)
            .flatMap(
                upper ->
                    Arbitraries.integers()
                        .between(-1, 1)
                        .map(off -> Float.intBitsToFloat((upper << 12) + off)));
    Arbitrary<Float> subnormal =
        Arbitraries.integers()
            .between(0, 1 << 13)
            .flatMap(
                quarters ->
                    Arbitraries.of(-1, 0, 1)
                        .map(
                            off ->
                                Float.intBitsToFloat(
                                    Math.max(0, Float.floatToIntBits(quarters * 0x1p-26f) + off))));
    Arbitrary<Float> aroundBf16 =
        Arbitraries.integers()
            .between(0, 0xffff)
            .flatMap(
                upper ->
                    Arbitraries.of(0x7fff, 0x8000, 0x8001)
                        .map(lower -> Float.intBitsToFloat(upper << 16 | lower)));
    return Arbitraries.oneOf(any, aroundF16, subnormal, aroundBf16).filter(Float::isFinite);
  }

  @Property(tries = 5000, seed = "91")
  void f16IsTheNearest(@ForAll("numbers") float value) {
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    int expected =
        nearest(Math.abs(value), 0x7c00, BigDecimal.valueOf(1L << 16), HalfPrecision::f16ToFloat);

    assertThat(HalfPrecision.floatToF16(value) & 0xffff).isEqualTo(sign | expected);
  }

  @Property(tries = 5000, seed = "92")
  void bf16IsTheNearest(@ForAll("numbers") float value) {
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    int expected =
        nearest(
            Math.abs(value), 0x7f80, BigDecimal.valueOf(2).pow(128), HalfPrecision::bf16ToFloat);

    assertThat(HalfPrecision.floatToBf16(value) & 0xffff).isEqualTo(sign | expected);
  }

  @Property(tries = 1000, seed = "93")
  void naNStaysNaNAndKeepsItsSign(@ForAll int payload, @ForAll boolean negative) {
    int bits = 0x7f800001 | (payload & 0x7fffff) | (negative ? 0x80000000 : 0);
    float nan = Float.intBitsToFloat(bits);

    short f16 = HalfPrecision.floatToF16(nan);
    short bf16 = HalfPrecision.floatToBf16(nan);

    assertThat(HalfPrecision.f16ToFloat(f16)).isNaN();
    assertThat(HalfPrecision.bf16ToFloat(bf16)).isNaN();
    assertThat(f16 < 0).isEqualTo(negative);
    assertThat(bf16 < 0).isEqualTo(negative);
  }
}
