package io.github.espalier.metrics.image;

import io.github.espalier.sd2.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What storing an image as a JPEG file and reading it again makes of it, bit for bit as Pillow with
 * its defaults: {@code image.save(file, "JPEG")}, which is quality 75 with the tables of ITU-T
 * T.81, annex K, and half the resolution for chroma either way, then {@code Image.open(file)}. The
 * paper does it to all images before FID.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class JpegPass {
  /** The largest extent that Pillow's library takes. */
  private static final int MOST = 65_500;

  private static final Path NAME = Path.of("JPEG pass");

  private JpegPass() {}

  /**
   * Stores and reads an image.
   *
   * @param image the image, of at most 65,500 pixels either way
   * @return what is left of it, of the same size
   * @throws IllegalArgumentException if it is larger
   */
  public static RgbImage apply(RgbImage image) {
    if (Math.max(image.width(), image.height()) > MOST) {
      throw new IllegalArgumentException(
          image + " cannot be a JPEG file: neither extent may exceed " + MOST);
    }
    return new ImageDecoder(Long.MAX_VALUE).decode(NAME, encode(image));
  }

  /**
   * Says how much memory this takes at its height, beside the image, if the file is no larger than
   * the image: four bytes a pixel to write it, and then the file, which grew by doubling.
   *
   * @param width that of the image
   * @param height that of the image
   * @return bytes on the Java heap
   */
  public static long workingBytes(int width, int height) {
    return 10L * width * height;
  }

  /** The JDK's writer has the same quality and sampling by default. */
  static byte[] encode(RgbImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image.toBufferedImage(), null, null), null);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be written", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
