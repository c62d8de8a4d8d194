package io.github.espalier.metrics.clip;

import io.github.espalier.core.tensor.Shape;
import io.github.espalier.sd2.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Weights by the formula of sd2-adapter's formula.py, and images of make_resize_golden.py. */
public final class Formula {
  private Formula() {}

  /** Returns a weight; its centre and scale follow from its name and shape. */
  static float[] weight(String name, Shape shape) {
    if (shape.rank() == 1) {
      return name.endsWith(".weight") ? values(name, shape, 1, 0.2) : values(name, shape, 0, 0.1);
    }
    if (shape.rank() == 2 && name.endsWith("_embedding.weight")) {
      return values(name, shape, 0, 0.5);
    }
    long fanIn = shape.elements() / shape.extent(0);
    return values(name, shape, 0, Math.sqrt(3.0 / fanIn));
  }

  private static float[] values(String name, Shape shape, double centre, double scale) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int seed = (int) crc.getValue();
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      double u = (mix32(seed ^ mix32(i)) >>> 8) * 0x1p-24;
      values[i] = (float) (centre + scale * (2 * u - 1));
    }
    return values;
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

  /** An image of noise. */
  public static RgbImage image(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (((i + 1) * (int) 2654435761L) >>> 13);
    }
    return new RgbImage(width, height, pixels);
  }
}
