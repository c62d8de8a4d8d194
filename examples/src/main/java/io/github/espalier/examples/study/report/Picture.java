package io.github.espalier.examples.study.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * An image in a page.
 *
 * @param data a data URI
 * @param width of the image in it
 * @param height of it
 */
record Picture(String data, int width, int height) {
  /** The longest side; larger images are reduced, as JPEG. */
  static final int LONGEST = 192;

  /** Reads a PNG file; empty if it is not there, or is no image. */
  static Optional<Picture> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(file);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
    if (image == null) {
      return Optional.empty();
    }
    if (Math.max(image.getWidth(), image.getHeight()) <= LONGEST) {
      return Optional.of(new Picture(uri("png", bytes), image.getWidth(), image.getHeight()));
    }
    BufferedImage small = reduced(image);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(small, "jpg", out);
    return Optional.of(
        new Picture(uri("jpeg", out.toByteArray()), small.getWidth(), small.getHeight()));
  }

  private static String uri(String type, byte[] bytes) {
    return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }

  /** Halves while it can, so that no pixel is left out, and takes the rest by interpolation. */
  private static BufferedImage reduced(BufferedImage image) {
    BufferedImage current = image;
    while (Math.max(current.getWidth(), current.getHeight()) >= 2 * LONGEST) {
      current = scaled(current, current.getWidth() / 2, current.getHeight() / 2);
    }
    double factor = (double) LONGEST / Math.max(current.getWidth(), current.getHeight());
    return factor == 1
        ? current
        : scaled(
            current,
            Math.max(1, (int) Math.round(factor * current.getWidth())),
            Math.max(1, (int) Math.round(factor * current.getHeight())));
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = result.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return result;
  }
}
