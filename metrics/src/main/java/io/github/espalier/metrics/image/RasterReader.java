package io.github.espalier.metrics.image;

import io.github.espalier.core.model.CheckpointFormatException;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes files to samples as they are stored, whatever they mean. */
final class RasterReader {
  /** How libjpeg begins what it says of data that it could not make sense of. */
  private static final String DAMAGE = "Corrupt JPEG data";

  /** The one damage without effect: bytes that belong to nothing were skipped. */
  private static final String HARMLESS = "extraneous bytes";

  private final Path file;
  private final String format;
  private final List<String> damages = new ArrayList<>();

  RasterReader(Path file, String format) {
    this.file = file;
    this.format = format;
  }

  /** Makes red, green and blue of the samples of a row of pixels. */
  interface RowConverter {
    void convert(int[] samples, byte[] pixels, int to);
  }

  /** Decodes the samples of the first image. */
  Raster read(InputStream bytes) {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    reader.addIIOReadWarningListener((source, warning) -> note(warning));
    Raster raster;
    try (ImageInputStream stream = new MemoryCacheImageInputStream(bytes)) {
      reader.setInput(stream, true, true);
      raster = reader.canReadRaster() ? reader.readRaster(0, null) : reader.read(0).getRaster();
    } catch (IOException | RuntimeException e) {
      // The readers meet damage with exceptions of either kind.
      throw CheckpointFormatException.of(file, damaged(String.valueOf(e.getMessage())), e);
    } finally {
      reader.dispose();
    }
    if (!damages.isEmpty()) {
      throw CheckpointFormatException.of(file, damaged(damages.get(0)));
    }
    return raster;
  }

  private void note(String warning) {
    if (warning.startsWith(DAMAGE) && !warning.contains(HARMLESS)) {
      damages.add(warning);
    }
  }

  private String damaged(String how) {
    return "is a damaged " + format.toUpperCase(Locale.ROOT) + " file: " + how;
  }

  static byte[] convert(Raster raster, RowConverter converter) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] pixels = new byte[3 * width * height];
    int[] samples = new int[width * raster.getNumBands()];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
      converter.convert(samples, pixels, 3 * y * width);
    }
    return pixels;
  }
}
