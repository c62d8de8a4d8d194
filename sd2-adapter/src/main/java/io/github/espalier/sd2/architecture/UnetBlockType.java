package io.github.espalier.sd2.architecture;

/** Whether the layers of a U-Net block attend to the caption. */
public enum UnetBlockType {
  /** Residual blocks only: {@code DownBlock2D}, {@code UpBlock2D}. */
  PLAIN("DownBlock2D", "UpBlock2D"),
  /**
   * Each residual block is followed by a transformer: {@code CrossAttnDownBlock2D}, {@code
   * CrossAttnUpBlock2D}.
   */
  CROSS_ATTENTION("CrossAttnDownBlock2D", "CrossAttnUpBlock2D");

  private final String downName;
  private final String upName;

  UnetBlockType(String downName, String upName) {
    this.downName = downName;
    this.upName = upName;
  }

  /**
   * Returns the name of such a block on the way down, as configurations spell it.
   *
   * @return {@code DownBlock2D} or {@code CrossAttnDownBlock2D}
   */
  public String downName() {
    return downName;
  }

  /**
   * Returns the name of such a block on the way up, as configurations spell it.
   *
   * @return {@code UpBlock2D} or {@code CrossAttnUpBlock2D}
   */
  public String upName() {
    return upName;
  }
}
