package io.github.espalier.sd2.scheduler;

/** {@code ᾱ} at any timestep a step can end at: below 0 it is what the configuration says. */
final class Alphas {
  private final NoiseSchedule schedule;
  private final float last;

  Alphas(SchedulerConfig config) {
    schedule = config.noiseSchedule();
    last = config.endsWithoutNoise() ? 1 : schedule.alphaCumulative(0);
  }

  float at(int timestep) {
    return timestep < 0 ? last : schedule.alphaCumulative(timestep);
  }
}
