package io.github.espalier.metrics;

import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;

/** Images by the formulas of {@code image_formulas.py}. */
public final class FormulaImages {
  private static final String[][] SETS = {
    {"waves", "gradient", "blocks"}, {"gradient", "waves", "noise"}
  };

  private FormulaImages() {}

  /** An image of a formula, with something added to each value. */
  public static RgbImage of(String formula, int width, int height, int shift) {
    byte[] pixels = new byte[3 * width * height];
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++, at++) {
          pixels[at] = (byte) (value(formula, x, y, c, at) + shift);
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private static int value(String formula, int x, int y, int c, int index) {
    return switch (formula) {
      case "noise" -> noise(index);
      case "gradient" -> (x * (3 + c) + y * (5 - c) + 40 * c) / 2 % 256;
      case "blocks" -> 255 * (((x / 5 + y / 3) >> c) & 1);
      case "waves" ->
          (x * x * (c + 1) / 64 + y * y * (3 - c) / 96 + x * y / 50) % 200 + (noise(index) >> 4);
      default -> throw new IllegalArgumentException(formula);
    };
  }

  private static int noise(int index) {
    return (int) (((index + 1) * 2654435761L & 0xffffffffL) >> 13) & 0xff;
  }

  /** An image of a set of {@code make_fid_golden.py}. */
  public static RgbImage ofSet(int set, int index) {
    int width = set == 0 ? 31 + 7 * index : 101 - 6 * index;
    int height = set == 0 ? 97 - 5 * index : 29 + 8 * index;
    return of(SETS[set][index % 3], width, height, 9 * index + 40 * set);
  }

  /** Writes the twelve images of a set, every other one as JPEG. */
  public static Path writeSet(int set, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < 12; i++) {
      write(folder, String.format("%02d", i), i % 2 == 1, ofSet(set, i));
    }
    return folder;
  }

  /** Writes an image as PNG or as JPEG of Pillow's defaults, which the JDK has too. */
  public static Path write(Path folder, String name, boolean jpeg, RgbImage image)
      throws IOException {
    if (!jpeg) {
      return Files.write(folder.resolve(name + ".png"), PngFile.encode(image, Map.of()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image.toBufferedImage(), "jpeg", bytes);
    return Files.write(folder.resolve(name + ".jpg"), bytes.toByteArray());
  }
}
