package io.github.espalier.sd2.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.sd2.noise.TorchRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SamplerProperties {
  private static final int SIZE = 6;

  private static SchedulerConfig config(
      SchedulerKind kind, PredictionType prediction, TimestepSpacing spacing) {
    return SchedulerConfig.sd2(prediction).withKind(kind).withTimestepSpacing(spacing);
  }

  @Property
  void timestepsDescendWithinTraining(
      @ForAll SchedulerKind kind,
      @ForAll TimestepSpacing spacing,
      @ForAll @IntRange(min = 1, max = 500) int steps) {
    Sampler sampler = config(kind, PredictionType.EPSILON, spacing).sampler(steps);
    double[] timesteps = sampler.timesteps();
    boolean repeats = kind == SchedulerKind.PNDM && steps > 1;
    assertThat(sampler.calls()).isEqualTo(repeats ? steps + 1 : steps);
    assertThat(timesteps).hasSize(sampler.calls());
    assertThat(timesteps[0]).isLessThanOrEqualTo(999);
    assertThat(timesteps[timesteps.length - 1]).isNotNegative();
    for (int i = 1; i < timesteps.length; i++) {
      if (repeats && i == 2) {
        assertThat(timesteps[2]).isEqualTo(timesteps[1]);
      } else {
        assertThat(timesteps[i]).isLessThan(timesteps[i - 1]);
      }
    }
  }

  /**
   * With the true noise and leading spacing, DDIM stays on the curve from noise to image, and ends
   * where its configuration says: at the noise level of timestep 0.
   */
  @Property
  void ddimWithTheTrueNoiseFindsTheImage(
      @ForAll PredictionType prediction,
      @ForAll @IntRange(min = 1, max = 100) int steps,
      @ForAll long seed) {
    SchedulerConfig config = config(SchedulerKind.DDIM, prediction, TimestepSpacing.LEADING);
    NoiseSchedule schedule = config.noiseSchedule();
    TorchRandom random = TorchRandom.seeded(seed);
    float[] image = random.normals(SIZE);
    float[] noise = random.normals(SIZE);
    Sampler sampler = config.sampler(steps);
    double[] timesteps = sampler.timesteps();
    float[] latents = mix(image, noise, schedule.alphaCumulative((int) timesteps[0]));
    for (int call = 0; call < steps; call++) {
      float alpha = schedule.alphaCumulative((int) timesteps[call]);
      sampler.step(call, output(prediction, image, noise, alpha), latents);
    }
    // Dividing by the root of the first alpha, 0.07 or more, magnifies rounding once.
    float[] expected = mix(image, noise, schedule.alphaCumulative(0));
    for (int i = 0; i < SIZE; i++) {
      assertThat((double) latents[i]).isCloseTo(expected[i], within(5e-5));
    }
  }

  /** All methods solve the same equation; at the true noise each is exact, to rounding. */
  @Property
  void solversWithTheTrueNoiseFindTheImage(
      @ForAll PredictionType prediction,
      @ForAll TimestepSpacing spacing,
      @ForAll boolean euler,
      @ForAll @IntRange(min = 1, max = 100) int steps,
      @ForAll long seed) {
    SchedulerConfig config =
        config(euler ? SchedulerKind.EULER : SchedulerKind.DPM_SOLVER_PP_2M, prediction, spacing);
    Sampler sampler = config.sampler(steps);
    double[] timesteps = sampler.timesteps();
    float[] sigmas = Sigmas.of(config.noiseSchedule(), timesteps);
    TorchRandom random = TorchRandom.seeded(seed);
    float[] image = random.normals(SIZE);
    float[] noise = random.normals(SIZE);
    float[] latents = new float[SIZE];
    float first = alpha(sigmas[0]);
    for (int i = 0; i < SIZE; i++) {
      float unscaled = mix(image, noise, first)[i];
      latents[i] = euler ? unscaled / (float) Math.sqrt(first) : unscaled;
    }
    for (int call = 0; call < steps; call++) {
      sampler.step(call, output(prediction, image, noise, alpha(sigmas[call])), latents);
    }
    for (int i = 0; i < SIZE; i++) {
      // The noise is up to 15 times the image, and cancels.
      assertThat((double) latents[i]).isCloseTo(image[i], within(1e-4));
    }
  }

  @Property
  void samplersDoNotAffectOneAnother(
      @ForAll SchedulerKind kind,
      @ForAll PredictionType prediction,
      @ForAll TimestepSpacing spacing,
      @ForAll @IntRange(min = 1, max = 12) int steps) {
    SchedulerConfig config = config(kind, prediction, spacing);
    float[] alone = start(1);
    Sampler sampler = config.sampler(steps);
    for (int call = 0; call < sampler.calls(); call++) {
      advance(sampler, call, alone);
    }
    Sampler one = config.sampler(steps);
    Sampler other = config.sampler(steps);
    float[] first = start(1);
    float[] second = start(2);
    for (int call = 0; call < one.calls(); call++) {
      advance(other, call, second);
      advance(one, call, first);
    }
    assertThat(first).isEqualTo(alone).isNotEqualTo(second);
  }

  private static float[] start(long seed) {
    return TorchRandom.seeded(seed).normals(SIZE);
  }

  private static void advance(Sampler sampler, int call, float[] latents) {
    float[] scaled = new float[SIZE];
    sampler.scaleInput(call, latents, scaled);
    sampler.step(call, Golden.model(scaled, sampler.timesteps()[call]), latents);
  }

  private static float alpha(float sigma) {
    return 1 / (sigma * sigma + 1);
  }

  private static float[] mix(float[] image, float[] noise, float alpha) {
    float[] mixed = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      mixed[i] = (float) (Math.sqrt(alpha) * image[i] + Math.sqrt(1 - alpha) * noise[i]);
    }
    return mixed;
  }

  private static float[] output(
      PredictionType prediction, float[] image, float[] noise, float alpha) {
    if (prediction == PredictionType.EPSILON) {
      return noise.clone();
    }
    float[] velocity = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      velocity[i] = (float) (Math.sqrt(alpha) * noise[i] - Math.sqrt(1 - alpha) * image[i]);
    }
    return velocity;
  }
}
