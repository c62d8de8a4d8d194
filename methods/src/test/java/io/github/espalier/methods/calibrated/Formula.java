package io.github.espalier.methods.calibrated;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Test values by a formula, so that weights and inputs need not be stored. The same formula in
 * Python, with its rules in words, is {@code sd2-adapter/src/test/python/formula.py}.
 *
 * <p>All values are exact in float32.
 */
final class Formula {
  private Formula() {}

  /** Returns values in {@code [center - scale, center + scale]}, in C order. */
  static float[] values(String name, long elements, double center, double scale) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int seed = (int) crc.getValue();
    float[] values = new float[Math.toIntExact(elements)];
    for (int i = 0; i < values.length; i++) {
      double u = (mix32(seed ^ mix32(i)) >>> 8) * 0x1p-24;
      values[i] = (float) (center + scale * (2 * u - 1));
    }
    return values;
  }

  /** Returns a weight of rank 2 or more; its scale follows from its shape. */
  static float[] weight(String name, long... shape) {
    long elements = elements(shape);
    long fanIn = elements / shape[0];
    return values(name, elements, 0, Math.sqrt(3.0 / fanIn));
  }

  private static long elements(long... shape) {
    long elements = 1;
    for (long each : shape) {
      elements *= each;
    }
    return elements;
  }

  private static int mix32(int value) {
    int h = value;
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    h ^= h >>> 16;
    return h;
  }
}
