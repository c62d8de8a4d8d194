package io.github.espalier.sd2.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Elementary functions over runs of binary32 numbers, written as plain loops that the virtual
 * machine turns into vector instructions. It does so only if all arrays of a loop have the same
 * index, hence runs start at 0.
 *
 * <p>The exponential needs the bits of its numbers, which those loops cannot reinterpret; so blocks
 * travel through a small buffer that is seen as numbers and as integers. Five times as fast as a
 * scalar loop.
 */
final class VectorMath {
  /** How many numbers are taken at once: all that is needed for them stays in the fastest cache. */
  static final int BLOCK = 4096;

  private static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts, the first of which has few bits, so that its multiples are exact. */
  private static final float LN2_HIGH = 0.6933594f;

  private static final float LN2_LOW = -2.1219444e-4f;

  /** Adding it rounds to an integer, which then stands in the low bits: 1.5 times 2 to the 23rd. */
  private static final float ROUNDING = 12582912f;

  private static final ThreadLocal<Temporaries> TEMPORARIES =
      ThreadLocal.withInitial(Temporaries::new);

  private VectorMath() {}

  /**
   * Replaces the first numbers by their exponentials. Relative error below 2e-7; arguments are
   * clamped to [-80, 88], so that nothing overflows, and nothing becomes so small that products
   * with it are denormal and slow.
   *
   * @param count at most {@link #BLOCK}
   */
  static void exp(float[] x, int count) {
    exp(x, count, TEMPORARIES.get());
  }

  private static void exp(float[] x, int count, Temporaries temporaries) {
    powerAndFraction(x, count, temporaries.power);
    temporaries.floats.put(0, temporaries.power, 0, count);
    temporaries.ints.get(0, temporaries.powerBits, 0, count);
    temporaries.floats.put(0, x, 0, count);
    temporaries.ints.get(0, temporaries.bits, 0, count);
    scale(temporaries.bits, temporaries.powerBits, count);
    temporaries.ints.put(0, temporaries.bits, 0, count);
    temporaries.floats.get(0, x, 0, count);
  }

  /** Splits e^x into 2^n e^r; the polynomial is a minimax fit of degree 7 for |r| up to ln(2)/2. */
  private static void powerAndFraction(float[] x, int count, float[] power) {
    for (int i = 0; i < count; i++) {
      float v = Math.max(Math.min(x[i], 88f), -80f);
      float n = v * LOG2_E + ROUNDING;
      float whole = n - ROUNDING;
      float r = (v - whole * LN2_HIGH) - whole * LN2_LOW;
      float p = 1.9875691e-4f;
      p = p * r + 0.0013981999f;
      p = p * r + 0.008333452f;
      p = p * r + 0.041665796f;
      p = p * r + 0.16666666f;
      p = p * r + 0.5f;
      power[i] = n;
      x[i] = (p * (r * r) + r) + 1f;
    }
  }

  /** Numbers here are less than 2, so bit 30 tells a NaN; it stays one whatever its low bits. */
  private static void scale(int[] bits, int[] power, int count) {
    for (int i = 0; i < count; i++) {
      bits[i] = (bits[i] + (power[i] << 23)) | (((bits[i] << 1) >> 31) >>> 1);
    }
  }

  /**
   * Replaces the first numbers by x / (1 + exp(-slope x)): SiLU for 1, CLIP's quick GELU for 1.702.
   *
   * @param count at most {@link #BLOCK}
   */
  static void swish(float[] x, int count, float slope) {
    Temporaries temporaries = TEMPORARIES.get();
    float[] e = temporaries.exponent;
    for (int i = 0; i < count; i++) {
      e[i] = x[i] * -slope;
    }
    exp(e, count, temporaries);
    for (int i = 0; i < count; i++) {
      x[i] = x[i] / (1f + e[i]);
    }
  }

  /**
   * Replaces the first numbers by the exact GELU, x Phi(x) with the normal distribution function
   * Phi.
   *
   * <p>Source of the error function: Abramowitz and Stegun, Handbook of Mathematical Functions,
   * 7.1.26, whose absolute error is below 1.5e-7. What it approximates is the complement, so that
   * nothing cancels for negative arguments.
   *
   * @param count at most {@link #BLOCK}
   */
  static void gelu(float[] x, int count) {
    Temporaries temporaries = TEMPORARIES.get();
    float[] e = temporaries.exponent;
    for (int i = 0; i < count; i++) {
      e[i] = (x[i] * x[i]) * -0.5f;
    }
    exp(e, count, temporaries);
    for (int i = 0; i < count; i++) {
      float v = x[i];
      float size = Math.abs(v);
      float t = 1f / (1f + (0.3275911f * 0.70710677f) * size);
      float p = 1.0614054f;
      p = p * t - 1.4531521f;
      p = p * t + 1.4214138f;
      p = p * t - 0.28449672f;
      p = p * t + 0.2548296f;
      x[i] = Math.max(v, 0f) - ((0.5f * size) * (p * t)) * e[i];
    }
  }

  /** Adds {@code b} to {@code a}. */
  static void add(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = a[i] + b[i];
    }
  }

  /** Adds {@code b} to {@code a}, and replaces negative sums by zero; a NaN stays one. */
  static void addAndRectify(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = Math.max(a[i] + b[i], 0f);
    }
  }

  /** Replaces negative numbers by zero; a NaN stays one. */
  static void rectify(float[] a, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = Math.max(a[i], 0f);
    }
  }

  /** Subtracts {@code b} from {@code a}. */
  static void subtract(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = a[i] - b[i];
    }
  }

  /** Multiplies {@code a} by {@code b}. */
  static void multiply(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = a[i] * b[i];
    }
  }

  /** Replaces {@code a} by the greater of {@code a} and {@code b}. */
  static void maximum(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
  }

  /** Multiplies a run of numbers by a factor. */
  static void scale(float[] a, int from, int count, float factor) {
    for (int i = 0; i < count; i++) {
      a[from + i] = a[from + i] * factor;
    }
  }

  /** Writes a run of numbers again and again. */
  static void repeat(float[] source, int length, int times, float[] target) {
    for (int i = 0; i < times; i++) {
      System.arraycopy(source, 0, target, i * length, length);
    }
  }

  private static final class Temporaries {
    final float[] power = new float[BLOCK];
    final int[] powerBits = new int[BLOCK];
    final int[] bits = new int[BLOCK];
    final float[] exponent = new float[BLOCK];
    final FloatBuffer floats;
    final IntBuffer ints;

    Temporaries() {
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(BLOCK * Float.BYTES).order(ByteOrder.nativeOrder());
      floats = bytes.asFloatBuffer();
      ints = bytes.asIntBuffer();
    }
  }
}
