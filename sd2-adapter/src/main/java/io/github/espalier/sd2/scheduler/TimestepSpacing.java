package io.github.espalier.sd2.scheduler;

/**
 * How the timesteps of a run are chosen among those of training. S. Lin, B. Liu, J. Li, X. Yang,
 * <i>Common Diffusion Noise Schedules and Sample Steps are Flawed</i>, WACV 2024, table 2.
 *
 * <p>The examples are for 10 steps of 1000 and an offset of 1.
 */
public enum TimestepSpacing {
  /** Multiples of a whole number, plus the offset: 901, 801, ... 1. */
  LEADING("leading"),
  /** Evenly from the last to the first, without the offset: 999, 888, ... 0. */
  LINSPACE("linspace"),
  /**
   * Evenly from the last down, the first left out, without the offset: 999, 899, ... 99.
   *
   * <p>For some numbers of steps, of which 61 is the lowest, rounding makes diffusers add a call at
   * timestep -1. Here there is none.
   */
  TRAILING("trailing");

  private final String configName;

  TimestepSpacing(String configName) {
    this.configName = configName;
  }

  /**
   * Returns the name in configurations, the value of {@code timestep_spacing}.
   *
   * @return {@code leading}, {@code linspace} or {@code trailing}
   */
  public String configName() {
    return configName;
  }
}
