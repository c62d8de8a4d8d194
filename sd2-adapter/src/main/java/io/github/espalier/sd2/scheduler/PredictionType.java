package io.github.espalier.sd2.scheduler;

/**
 * What the network predicts. No shape shows it; taking the wrong one gives noise, not an image.
 *
 * <p>With {@code x = √ᾱ x₀ + √(1 - ᾱ) ε} for the noisy image at a timestep.
 */
public enum PredictionType {
  /** The noise {@code ε}: the base models of SD 2, and SD 1. */
  EPSILON("epsilon"),
  /**
   * The velocity {@code v = √ᾱ ε - √(1 - ᾱ) x₀}: {@code stable-diffusion-2} and {@code 2-1}. T.
   * Salimans, J. Ho, <i>Progressive Distillation</i>, ICLR 2022, appendix D.
   */
  V_PREDICTION("v_prediction");

  private final String configName;

  PredictionType(String configName) {
    this.configName = configName;
  }

  /**
   * Returns the name in configurations, the value of {@code prediction_type}.
   *
   * @return {@code epsilon} or {@code v_prediction}
   */
  public String configName() {
    return configName;
  }
}
