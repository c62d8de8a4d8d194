package io.github.espalier.sd2.image;

import io.github.espalier.core.io.StagedOutput;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * PNG files of eight bits a colour, with texts. The same image and texts give the same bytes on the
 * same Java runtime.
 *
 * <p>A text of printable Latin-1 characters and line feeds is stored as {@code tEXt}, any other as
 * {@code iTXt} in UTF-8; neither is compressed, so that any tool shows them. Source: W3C,
 * <i>Portable Network Graphics (PNG) Specification</i>, section 11.3.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class PngFile {
  private static final String FORMAT = "png";

  private PngFile() {}

  /**
   * Writes a file whole or not at all, replacing one that exists.
   *
   * @param target the file
   * @param image what it shows
   * @param texts by keyword, of 1 to 79 printable Latin-1 characters without blanks at its ends or
   *     two in a row. In texts, lone surrogates and U+0000, which PNG cannot hold, become U+FFFD
   * @throws IllegalArgumentException if a keyword is not as said
   * @throws IOException if the file cannot be written
   */
  public static void write(Path target, RgbImage image, Map<String, String> texts)
      throws IOException {
    StagedOutput.write(target, encode(image, texts));
  }

  /**
   * Returns the bytes that {@link #write} stores.
   *
   * @param image what the file shows
   * @param texts by keyword, as for {@link #write}
   * @return a whole PNG file
   * @throws IllegalArgumentException if a keyword is not as said there
   */
  public static byte[] encode(RgbImage image, Map<String, String> texts) {
    BufferedImage buffered = image.toBufferedImage();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(FORMAT).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(buffered), null);
      PngTexts.add(metadata, texts);
      writer.setOutput(stream);
      writer.write(new IIOImage(buffered, null, metadata));
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be written", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the image of a PNG file. One of another kind, such as with grey values or a palette, is
   * converted; transparency is dropped.
   *
   * @param file the file
   * @return its image
   * @throws IOException if it cannot be read, or is no PNG file
   */
  public static RgbImage read(Path file) throws IOException {
    return reading(file, reader -> pixels(reader.read(0)));
  }

  /**
   * Reads the texts of a PNG file.
   *
   * @param file the file
   * @return text by keyword, in the order of the file; of several with one keyword the last.
   *     Compressed ones, which {@link #write} does not make, are read too
   * @throws IOException if it cannot be read, or is no PNG file
   */
  public static Map<String, String> readTexts(Path file) throws IOException {
    return reading(file, reader -> PngTexts.of(reader.getImageMetadata(0)));
  }

  private interface Use<T> {
    T of(ImageReader reader) throws IOException;
  }

  private static <T> T reading(Path file, Use<T> use) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(FORMAT);
    ImageReader reader = readers.next();
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(stream);
      return use.of(reader);
    } catch (IIOException | RuntimeException e) {
      // The reader of the JDK meets damage with exceptions of either kind.
      FileSystemException problem =
          new FileSystemException(file.toString(), null, "is no PNG file, or a damaged one");
      problem.initCause(e);
      throw problem;
    } finally {
      reader.dispose();
    }
  }

  private static RgbImage pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] pixels = new byte[3 * width * height];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        pixels[at++] = (byte) (pixel >> 16);
        pixels[at++] = (byte) (pixel >> 8);
        pixels[at++] = (byte) pixel;
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
