package io.github.espalier.metrics.image;

import io.github.espalier.metrics.image.RasterReader.RowConverter;
import io.github.espalier.sd2.image.RgbImage;
import java.awt.image.Raster;
import java.nio.file.Path;

/** Decodes a PNG file. */
final class PngDecoder {
  private static final int WHITE = 255;

  private final Path file;
  private final byte[] bytes;

  PngDecoder(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  RgbImage decode(ImageDecoder limits) {
    PngChunks chunks = new PngChunks(file, bytes);
    limits.requireSize(file, chunks.width(), chunks.height());
    return new RgbImage((int) chunks.width(), (int) chunks.height(), pixels(chunks));
  }

  /** What was decoded is let go before the image copies its pixels. */
  private byte[] pixels(PngChunks chunks) {
    Raster raster = new RasterReader(file, "png").read(chunks.readAll());
    return RasterReader.convert(raster, converter(chunks, raster.getNumBands()));
  }

  private static RowConverter converter(PngChunks chunks, int bands) {
    int depth = chunks.depth();
    if (chunks.hasPalette()) {
      return (samples, pixels, to) -> ofPalette(samples, chunks.palette(), pixels, to);
    }
    if (bands > 2) {
      return (samples, pixels, to) -> ofColours(samples, bands, depth - 8, pixels, to);
    }
    byte[] levels = new byte[1 << depth];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) level(i, depth, bands);
    }
    return (samples, pixels, to) -> ofGrey(samples, bands, levels, pixels, to);
  }

  /** Pillow clips 16 bits of grey, but cuts them off if there is transparency. */
  private static int level(int sample, int depth, int bands) {
    if (depth < 8) {
      return sample * WHITE / ((1 << depth) - 1);
    }
    return bands == 1 ? Math.min(sample, WHITE) : sample >> (depth - 8);
  }

  private static void ofPalette(int[] samples, byte[] palette, byte[] pixels, int to) {
    for (int i = 0; i < samples.length; i++) {
      System.arraycopy(palette, 3 * samples[i], pixels, to + 3 * i, 3);
    }
  }

  private static void ofColours(int[] samples, int bands, int shift, byte[] pixels, int to) {
    int at = to;
    for (int i = 0; i < samples.length; i += bands) {
      pixels[at++] = (byte) (samples[i] >> shift);
      pixels[at++] = (byte) (samples[i + 1] >> shift);
      pixels[at++] = (byte) (samples[i + 2] >> shift);
    }
  }

  private static void ofGrey(int[] samples, int bands, byte[] levels, byte[] pixels, int to) {
    int at = to;
    for (int i = 0; i < samples.length; i += bands) {
      byte level = levels[samples[i]];
      pixels[at++] = level;
      pixels[at++] = level;
      pixels[at++] = level;
    }
  }
}
