package io.github.espalier.sd2.nn;

/**
 * Zeros around a feature map.
 *
 * @param top rows above
 * @param bottom rows below
 * @param left columns before
 * @param right columns after
 */
public record Padding(int top, int bottom, int left, int right) {
  /** No padding. */
  public static final Padding NONE = new Padding(0, 0, 0, 0);

  /**
   * Checks the sizes.
   *
   * @param top rows above
   * @param bottom rows below
   * @param left columns before
   * @param right columns after
   * @throws IllegalArgumentException if one is negative
   */
  public Padding {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new IllegalArgumentException(
          "padding of " + top + ", " + bottom + ", " + left + ", " + right + " is negative");
    }
  }

  /**
   * Makes the same padding on all sides.
   *
   * @param size pixels on each side
   * @return the padding
   */
  public static Padding of(int size) {
    return new Padding(size, size, size, size);
  }
}
