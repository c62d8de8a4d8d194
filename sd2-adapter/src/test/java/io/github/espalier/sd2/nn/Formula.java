package io.github.espalier.sd2.nn;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Test values by a formula, so that weights and inputs need not be stored. The same formula in
 * Python, with its rules in words, is {@code src/test/python/formula.py}.
 *
 * <p>All values are exact in float32.
 */
final class Formula {
  private static final double NORM_SCALE = 0.2;
  private static final double BIAS_SCALE = 0.1;
  private static final double EMBEDDING_SCALE = 0.5;

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

  /** Returns an input: values in {@code [-1, 1)}. */
  static float[] input(String name, long... shape) {
    return values(name, elements(shape), 0, 1);
  }

  /** Returns a weight; its centre and scale follow from its name and shape. */
  static float[] weight(String name, long... shape) {
    long elements = elements(shape);
    if (shape.length == 1) {
      return name.endsWith(".weight")
          ? values(name, elements, 1, NORM_SCALE)
          : values(name, elements, 0, BIAS_SCALE);
    }
    if (shape.length == 2 && name.endsWith("_embedding.weight")) {
      return values(name, elements, 0, EMBEDDING_SCALE);
    }
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
