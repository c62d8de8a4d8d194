package io.github.espalier.metrics.image;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads PNG and JPEG files as Pillow's {@code Image.open(file).convert("RGB")} does: transparency
 * is dropped, as are colour profiles and gamma; an orientation in EXIF is not followed; grey values
 * are repeated; of 16 bits the upper eight remain, but 16-bit grey values are clipped at 255; CMYK
 * and YCCK are taken to be stored inverted, as Adobe does, and converted without a profile.
 *
 * <p>Stricter than Pillow where that would make up pixels: a file with damaged data is refused. The
 * size is checked before anything is decoded.
 *
 * <p>Immutable; safe for use by many threads. Reading holds the file in memory, and what {@link
 * ImageHeader#decodingBytes} says.
 *
 * @param maxPixels the largest number of pixels that is read, at least 1
 */
public record ImageDecoder(long maxPixels) {
  /** Where Pillow fails with {@code DecompressionBombError}: twice {@code MAX_IMAGE_PIXELS}. */
  private static final long PILLOWS_LIMIT = 178_956_970;

  private static final long MOST_BYTES = 1L << 30;

  /**
   * Checks the limit.
   *
   * @param maxPixels the largest number of pixels that is read, at least 1
   * @throws IllegalArgumentException if it is less than 1
   */
  public ImageDecoder {
    if (maxPixels < 1) {
      throw new IllegalArgumentException(
          "the limit is " + maxPixels + " pixels, expected at least 1");
    }
  }

  /**
   * Returns a decoder with Pillow's limit of 178,956,970 pixels.
   *
   * @return the decoder
   */
  public static ImageDecoder withDefaults() {
    return new ImageDecoder(PILLOWS_LIMIT);
  }

  /**
   * Sets the limit.
   *
   * @param limit the largest number of pixels to read, at least 1
   * @return a decoder with that limit
   * @throws IllegalArgumentException if it is less than 1
   */
  public ImageDecoder withMaxPixels(long limit) {
    return new ImageDecoder(limit);
  }

  /**
   * Reads a file, whatever its name ends with.
   *
   * @param file the file
   * @return its image; of several the first
   * @throws CheckpointFormatException if the file is empty, cut off, damaged, neither PNG nor JPEG,
   *     of a kind of these that is not read, or larger than the limit; the message names the file
   * @throws IOException if the file cannot be read
   */
  public RgbImage read(Path file) throws IOException {
    return decode(file, load(file));
  }

  /**
   * Reads the bytes of a file, for {@link #decode}.
   *
   * @param file the file
   * @return all of it
   * @throws CheckpointFormatException if it has more than 1 GiB; the message names the file
   * @throws IOException if the file cannot be read
   */
  public static byte[] load(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MOST_BYTES) {
      throw CheckpointFormatException.of(
          file, "has " + size + " bytes, expected an image of at most " + MOST_BYTES);
    }
    return Files.readAllBytes(file);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name what messages call the file; it is not read
   * @param bytes a whole PNG or JPEG file, which must not change meanwhile
   * @return its image
   * @throws CheckpointFormatException as for {@link #read}
   */
  public RgbImage decode(Path name, byte[] bytes) {
    return switch (ImageFormat.of(name, bytes)) {
      case PNG -> new PngDecoder(name, bytes).decode(this);
      case JPEG -> new JpegDecoder(name, bytes).decode(this);
    };
  }

  /**
   * Says what a file's header claims, which costs next to nothing.
   *
   * @param name what messages call the file; it is not read
   * @param bytes a whole PNG or JPEG file
   * @return format and size, within the limit
   * @throws CheckpointFormatException if the header is not as it should be, or the size none or
   *     beyond the limit
   */
  public ImageHeader header(Path name, byte[] bytes) {
    ImageFormat format = ImageFormat.of(name, bytes);
    if (format == ImageFormat.PNG) {
      PngChunks chunks = new PngChunks(name, bytes);
      requireSize(name, chunks.width(), chunks.height());
      return new ImageHeader(
          format, (int) chunks.width(), (int) chunks.height(), chunks.pixelBytes());
    }
    JpegHeader header = new JpegHeader(name, bytes);
    requireSize(name, header.width(), header.height());
    return new ImageHeader(format, header.width(), header.height(), header.components());
  }

  /** Refuses sizes that are none or too large. */
  void requireSize(Path file, long width, long height) {
    // An array of bytes holds three a pixel.
    long limit = Math.min(maxPixels, (Integer.MAX_VALUE - 8) / 3);
    if (width < 1 || height < 1 || width > limit / height) {
      throw CheckpointFormatException.of(
          file,
          "claims to have " + width + "x" + height + " pixels, expected 1 to " + limit + " in all");
    }
  }
}
