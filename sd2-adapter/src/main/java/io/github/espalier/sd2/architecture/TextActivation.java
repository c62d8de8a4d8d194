package io.github.espalier.sd2.architecture;

/**
 * The activation between the two linear layers of a text block. No shape shows which one a
 * checkpoint was trained with, and taking the wrong one changes every number a little.
 */
public enum TextActivation {
  /** {@code x Φ(x)} with the exact normal distribution function: OpenCLIP, so SD 2. */
  GELU("gelu"),
  /** {@code x / (1 + exp(-1.702 x))}: OpenAI's CLIP, so SD 1. */
  QUICK_GELU("quick_gelu");

  private final String configName;

  TextActivation(String configName) {
    this.configName = configName;
  }

  /**
   * Returns the activation's name in configurations, the value of {@code hidden_act}.
   *
   * @return {@code gelu} or {@code quick_gelu}
   */
  public String configName() {
    return configName;
  }
}
