package io.github.espalier.examples.generate;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.sd2.image.PngFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Many images in one, row by row, at most {@value #LARGEST_SIDE} pixels a side. Stateless. */
public final class ContactSheet {
  /** What the sheet of a folder is called. */
  public static final String NAME = "grid.png";

  /** Keeps the sheet of any number of images to 64 MiB of heap. */
  private static final int LARGEST_SIDE = 4096;

  private static final int GAP = 4;

  private ContactSheet() {}

  /**
   * Writes a sheet, replacing one that exists.
   *
   * @param target the PNG file
   * @param images PNG files of one size, at least one; as many columns as rows, or one more
   * @param width of each, in pixels; they are scaled down where they would not fit
   * @param height of each, in pixels
   * @throws IOException if a file cannot be read or written
   */
  public static void write(Path target, List<Path> images, int width, int height)
      throws IOException {
    int columns = (int) Math.ceil(Math.sqrt(images.size()));
    int rows = (images.size() + columns - 1) / columns;
    double scale =
        Math.min(1, Math.min(fit(columns) / (double) width, fit(rows) / (double) height));
    int cellWidth = Math.max(1, (int) (width * scale));
    int cellHeight = Math.max(1, (int) (height * scale));
    BufferedImage sheet =
        new BufferedImage(
            columns * (cellWidth + GAP) + GAP,
            rows * (cellHeight + GAP) + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      for (int i = 0; i < images.size(); i++) {
        int x = GAP + i % columns * (cellWidth + GAP);
        int y = GAP + i / columns * (cellHeight + GAP);
        BufferedImage image = PngFile.read(images.get(i)).toBufferedImage();
        graphics.drawImage(image, x, y, cellWidth, cellHeight, null);
      }
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(sheet, "png", bytes);
    StagedOutput.write(target, bytes.toByteArray());
  }

  private static int fit(int cells) {
    return Math.max(1, (LARGEST_SIDE - GAP) / cells - GAP);
  }
}
