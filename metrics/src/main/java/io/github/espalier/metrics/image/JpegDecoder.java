package io.github.espalier.metrics.image;

import io.github.espalier.metrics.image.RasterReader.RowConverter;
import io.github.espalier.sd2.image.RgbImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Decodes a JPEG file. The readers for Java apply colour profiles, and take three components
 * without a marker to be what libjpeg does not, so colours are converted here.
 */
final class JpegDecoder {
  private final Path file;
  private final byte[] bytes;

  JpegDecoder(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  RgbImage decode(ImageDecoder limits) {
    JpegHeader header = new JpegHeader(file, bytes);
    limits.requireSize(file, header.width(), header.height());
    return new RgbImage(header.width(), header.height(), pixels(header));
  }

  /** What was decoded is let go before the image copies its pixels. */
  private byte[] pixels(JpegHeader header) {
    InputStream stream = new ByteArrayInputStream(bytes);
    Raster raster = new RasterReader(file, "jpeg").read(stream);
    return RasterReader.convert(raster, converter(header));
  }

  private static RowConverter converter(JpegHeader header) {
    RowConverter colours =
        switch (header.components()) {
          case 1 -> JpegColours::grey;
          case 3 -> JpegColours::rgb;
          default -> JpegColours::cmyk;
        };
    if (header.components() == 1 || !header.isLumaAndChroma()) {
      return colours;
    }
    return (samples, pixels, to) -> {
      JpegColours.fromLumaAndChroma(samples, header.components());
      colours.convert(samples, pixels, to);
    };
  }
}
