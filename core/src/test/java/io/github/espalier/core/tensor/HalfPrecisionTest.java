package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfPrecisionTest {
  private static final int F16_INFINITY = 0x7c00;
  private static final int BF16_INFINITY = 0x7f80;

  @Test
  void everyF16WidensToItsValueAndBack() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float wide = HalfPrecision.f16ToFloat((short) bits);
      short back = HalfPrecision.floatToF16(wide);
      if ((bits & 0x7fff) > F16_INFINITY) {
        assertThat(wide).isNaN();
        assertThat(back & 0x7fff).isGreaterThan(F16_INFINITY);
        assertThat(back & 0x8000).isEqualTo(bits & 0x8000);
      } else {
        assertThat(wide).isEqualTo((float) valueOf(bits, 5, 10));
        assertThat(back).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void everyBf16WidensToItsValueAndBack() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float wide = HalfPrecision.bf16ToFloat((short) bits);
      short back = HalfPrecision.floatToBf16(wide);
      if ((bits & 0x7fff) > BF16_INFINITY) {
        assertThat(wide).isNaN();
        assertThat(back & 0x7fff).isGreaterThan(BF16_INFINITY);
        assertThat(back & 0x8000).isEqualTo(bits & 0x8000);
      } else {
        assertThat(wide).isEqualTo((float) valueOf(bits, 8, 7));
        assertThat(back).isEqualTo((short) bits);
      }
    }
  }

  /** The value by the definition of IEEE 754, in binary64. */
  private static double valueOf(int bits, int exponentBits, int mantissaBits) {
    int exponent = bits >>> mantissaBits & ((1 << exponentBits) - 1);
    double fraction = (bits & ((1 << mantissaBits) - 1)) / (double) (1 << mantissaBits);
    int bias = (1 << (exponentBits - 1)) - 1;
    double magnitude;
    if (exponent == (1 << exponentBits) - 1) {
      magnitude = Double.POSITIVE_INFINITY;
    } else if (exponent == 0) {
      magnitude = Math.scalb(fraction, 1 - bias);
    } else {
      magnitude = Math.scalb(1 + fraction, exponent - bias);
    }
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  /** Made with NumPy 2.4.6: numpy.float32(x).astype(numpy.float16).view(numpy.uint16). */
  @ParameterizedTest
  @CsvSource({
    "0x1p0, 3c00",
    "-0x0p0, 8000",
    "65504, 7bff",
    "65519.996, 7bff",
    "65520, 7c00",
    "-65520, fc00",
    "0x1.FFFFFEp127, 7c00",
    "Infinity, 7c00",
    "0x1p-14, 0400",
    "0x1.ff8p-15, 03ff",
    "0x1.ffbffep-15, 03ff",
    "0x1.ffcp-15, 0400",
    "0x1.ffep-15, 0400",
    "0x1p-24, 0001",
    "0x1p-25, 0000",
    "0x1.000002p-25, 0001",
    "-0x1p-25, 8000",
    "0x1.8p-24, 0002",
    "0x1.4p-23, 0002",
    "0x1.cp-23, 0004",
    "0x1p-149, 0000",
    "0x1.002p0, 3c00",
    "0x1.006p0, 3c02",
    "0x1.002002p0, 3c01",
    "0.1, 2e66",
    "0x1.ffep0, 4000",
  })
  void f16RoundsToNearestTiesToEven(String value, String hex) {
    assertThat(hex(HalfPrecision.floatToF16(Float.parseFloat(value)))).isEqualTo(hex);
  }

  /** Made with PyTorch 2.15.0: torch.tensor(x).to(torch.bfloat16).view(torch.uint16). */
  @ParameterizedTest
  @CsvSource({
    "0x1p0, 3f80",
    "-0x0p0, 8000",
    "0x1.01p0, 3f80",
    "0x1.03p0, 3f82",
    "0x1.010002p0, 3f81",
    "0.1, 3dcd",
    "0x1.fep127, 7f7f",
    "0x1.fefffep127, 7f7f",
    "0x1.ffp127, 7f80",
    "-0x1.fffffep127, ff80",
    "-Infinity, ff80",
    "0x1p-133, 0001",
    "0x1p-134, 0000",
    "0x1.000002p-133, 0001",
    "0x1.8p-133, 0002",
    "0x1p-149, 0000",
  })
  void bf16RoundsToNearestTiesToEven(String value, String hex) {
    assertThat(hex(HalfPrecision.floatToBf16(Float.parseFloat(value)))).isEqualTo(hex);
  }

  private static String hex(short bits) {
    return String.format("%04x", bits & 0xffff);
  }
}
