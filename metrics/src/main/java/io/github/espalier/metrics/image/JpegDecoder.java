package io.github.espalier.metrics.image;

import io.github.espalier.metrics.image.RasterReader.RowConverter;
import io.github.espalier.sd2.image.RgbImage;
import java.awt.image.Raster;
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
    Raster raster = new RasterReader(file, "jpeg").read(bytes);
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
