package io.github.espalier.metrics.clip;

import io.github.espalier.metrics.resize.ByteResizer;
import io.github.espalier.sd2.image.RgbImage;

/**
 * How an image becomes a square of a given side, bit for bit as with Pillow: it is resized by
 * bicubic interpolation with Pillow's antialiasing, in bytes. Stateless.
 */
public enum ClipFraming {
  /**
   * OpenAI's and OpenCLIP's, by torchvision: the shorter side is made the square's, the longer one
   * in proportion and rounded down; then the middle is cut out, from half the difference on,
   * rounded to the nearest and to even. Source: {@code Resize} and {@code CenterCrop} of
   * torchvision, as in {@code clip/clip.py} of openai/CLIP.
   */
  TORCHVISION {
    @Override
    RgbImage frame(RgbImage image, int side) {
      RgbImage resized = shorterSide(image, side);
      return crop(
          resized,
          (int) Math.rint((resized.width() - side) / 2.0),
          (int) Math.rint((resized.height() - side) / 2.0),
          side);
    }
  },
  /**
   * The same with half the difference rounded down, which where it is 1.5 and the like cuts out
   * another row or column. Source: {@code CLIPImageProcessor} of transformers.
   */
  TRANSFORMERS {
    @Override
    RgbImage frame(RgbImage image, int side) {
      RgbImage resized = shorterSide(image, side);
      return crop(resized, (resized.width() - side) / 2, (resized.height() - side) / 2, side);
    }
  },
  /**
   * The largest square in the middle is cut out first, its corner rounded down, and then resized.
   * What embeddings for CMMD are made of, with a model for 336 pixels. Source: the reference
   * implementation of CMMD, in {@code io_util.py} of sayakpaul/cmmd-pytorch.
   */
  CMMD {
    @Override
    RgbImage frame(RgbImage image, int side) {
      int square = Math.min(image.width(), image.height());
      RgbImage middle =
          crop(image, (image.width() - square) / 2, (image.height() - square) / 2, square);
      return ByteResizer.PILLOW_BICUBIC.resize(middle, side, side);
    }

    /** A copy of the image, then the square twice, then a copy of it and what is between. */
    @Override
    long workingBytes(long width, long height, long side) {
      long square = Math.min(width, height);
      return COLOURS * (width * height + 2 * square * square + 2 * side * square);
    }
  };

  /** Of the sides: beyond it, the resized image could fill the memory. */
  private static final int LARGEST_RATIO = 100;

  private static final long COLOURS = 3;

  /**
   * Makes the square.
   *
   * @throws IllegalArgumentException if one side is more than 100 times the other
   */
  abstract RgbImage frame(RgbImage image, int side);

  /** A copy of the image, twice what is between the two passes, and twice their result. */
  long workingBytes(long width, long height, long side) {
    long longer = Math.max(width, height);
    long shorter = Math.min(width, height);
    long scaled = Math.min(side * longer / shorter, LARGEST_RATIO * side);
    long between = side * longer + scaled * shorter;
    return COLOURS * (width * height + 2 * between + 2 * side * scaled);
  }

  private static RgbImage shorterSide(RgbImage image, int side) {
    long shorter = Math.min(image.width(), image.height());
    long longer = Math.max(image.width(), image.height());
    if (longer > LARGEST_RATIO * shorter) {
      throw new IllegalArgumentException(
          image + ": expected one side to be at most " + LARGEST_RATIO + " times the other");
    }
    int scaled = (int) (side * longer / shorter);
    return image.width() <= image.height()
        ? ByteResizer.PILLOW_BICUBIC.resize(image, side, scaled)
        : ByteResizer.PILLOW_BICUBIC.resize(image, scaled, side);
  }

  private static RgbImage crop(RgbImage image, int left, int top, int side) {
    if (image.width() == side && image.height() == side) {
      return image;
    }
    byte[] from = image.pixels();
    byte[] to = new byte[3 * side * side];
    for (int y = 0; y < side; y++) {
      System.arraycopy(from, 3 * ((top + y) * image.width() + left), to, 3 * y * side, 3 * side);
    }
    return new RgbImage(side, side, to);
  }
}
