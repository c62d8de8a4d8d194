package io.github.espalier.metrics.resize;

/** Which sizes an image can have. */
final class Sizes {
  /** Some virtual machines cannot make an array of the very largest length. */
  private static final long MOST_VALUES = Integer.MAX_VALUE - 8L;

  private Sizes() {}

  static void require(int channels, int width, int height) {
    if (channels < 1 || width < 1 || height < 1 || isTooLarge(channels, width, height)) {
      throw new IllegalArgumentException(
          "a size of "
              + width
              + "x"
              + height
              + " with "
              + channels
              + " channels, expected at least 1 of each, and at most "
              + MOST_VALUES
              + " values in all");
    }
  }

  private static boolean isTooLarge(int channels, int width, int height) {
    return width > MOST_VALUES / height / channels;
  }
}
