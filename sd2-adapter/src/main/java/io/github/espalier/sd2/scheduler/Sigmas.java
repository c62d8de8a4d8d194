package io.github.espalier.sd2.scheduler;

/** The noise levels {@code σ} of a run, and 0 after the last. */
final class Sigmas {
  private Sigmas() {}

  /** Linear between the timesteps of training. */
  static float[] of(NoiseSchedule schedule, double[] timesteps) {
    float[] sigmas = new float[timesteps.length + 1];
    for (int i = 0; i < timesteps.length; i++) {
      int below = (int) timesteps[i];
      double share = timesteps[i] - below;
      double sigma = schedule.sigma(below);
      sigmas[i] =
          (float) (share == 0 ? sigma : sigma + share * (schedule.sigma(below + 1) - sigma));
    }
    return sigmas;
  }
}
