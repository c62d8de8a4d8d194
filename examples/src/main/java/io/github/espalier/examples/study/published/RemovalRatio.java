package io.github.espalier.examples.study.published;

/**
 * How the weights to remove are shared out between text encoder and U-Net: of four removed weights,
 * 3:1 takes three from the text encoder. Immutable.
 *
 * @param textEncoder parts from the text encoder
 * @param unet parts from the U-Net
 */
public record RemovalRatio(int textEncoder, int unet) {
  /**
   * Checks the parts.
   *
   * @param textEncoder parts from the text encoder, at least 0
   * @param unet parts from the U-Net, at least 0
   * @throws IllegalArgumentException if one is negative, or both are 0
   */
  public RemovalRatio {
    if (textEncoder < 0 || unet < 0 || (textEncoder == 0 && unet == 0)) {
      throw new IllegalArgumentException(
          "ratio " + textEncoder + ":" + unet + ": expected parts of at least 0, not both 0");
    }
  }

  /** Returns the two parts, such as {@code 3:1}. */
  @Override
  public String toString() {
    return textEncoder + ":" + unet;
  }
}
