package io.github.espalier.sd2.scheduler;

/** The curves along which noise grows with the timesteps of training. */
public enum BetaSchedule {
  /** {@code β} is linear: the default of diffusers' classes. */
  LINEAR("linear"),
  /** {@code √β} is linear: all models of Stable Diffusion. */
  SCALED_LINEAR("scaled_linear"),
  /**
   * {@code ᾱ(t) = cos²((t + 0.008) / 1.008 · π/2)} for {@code t} from 0 to 1, {@code β} at most
   * 0.999; first and last {@code β} of a configuration do not count. A. Nichol, P. Dhariwal,
   * <i>Improved Denoising Diffusion Probabilistic Models</i>, ICML 2021, equation 17.
   */
  SQUARED_COSINE("squaredcos_cap_v2");

  private final String configName;

  BetaSchedule(String configName) {
    this.configName = configName;
  }

  /**
   * Returns the name in configurations, the value of {@code beta_schedule}.
   *
   * @return such as {@code scaled_linear}
   */
  public String configName() {
    return configName;
  }
}
