package io.github.espalier.sd2.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The sums that diffusers' own tests of its schedulers hold, for 10 steps on a ramp of 768 values
 * with a model of {@code x t / (t + 1)}; tolerances are theirs.
 */
final class UpstreamSumsTest {
  private static final int SIZE = 768;
  private static final int STEPS = 10;

  private static SchedulerConfig config(
      SchedulerKind kind, PredictionType prediction, double firstBeta, int timesteps) {
    return new SchedulerConfig(
        kind,
        NoiseSchedule.of(BetaSchedule.LINEAR, firstBeta, 0.02, timesteps),
        prediction,
        Optional.empty(),
        0,
        Optional.empty(),
        false,
        OptionalDouble.empty());
  }

  private static SchedulerConfig clipped(
      PredictionType prediction, double firstBeta, boolean toOne) {
    SchedulerConfig plain = config(SchedulerKind.DDIM, prediction, firstBeta, 1000);
    return ended(plain, toOne, OptionalDouble.of(1));
  }

  private static SchedulerConfig ended(SchedulerConfig of, boolean toOne, OptionalDouble clip) {
    return new SchedulerConfig(
        of.kind(),
        of.noiseSchedule(),
        of.predictionType(),
        of.timestepSpacing(),
        of.stepsOffset(),
        Optional.of(toOne),
        of.skipPrkSteps(),
        clip);
  }

  private static float[] ramp() {
    float[] ramp = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      ramp[i] = i / (float) SIZE;
    }
    return ramp;
  }

  private static float[] model(float[] x, double t) {
    float[] output = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      output[i] = (float) (x[i] * t / (t + 1));
    }
    return output;
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    return sum;
  }

  private static double run(SchedulerConfig config) {
    Sampler sampler = config.sampler(STEPS);
    double[] timesteps = sampler.timesteps();
    float[] latents = ramp();
    for (int i = 0; i < SIZE; i++) {
      latents[i] *= (float) sampler.initialNoiseScale();
    }
    for (int call = 0; call < sampler.calls(); call++) {
      // Their test of Euler steps from the scaled latents; for the others this changes nothing.
      sampler.scaleInput(call, latents, latents);
      sampler.step(call, model(latents, timesteps[call]), latents);
    }
    return sum(latents);
  }

  @ParameterizedTest
  @CsvSource({
    "EPSILON, 0.0001, true, 172.0067",
    "V_PREDICTION, 0.0001, true, 52.5302",
    "EPSILON, 0.01, true, 149.8295",
    "EPSILON, 0.01, false, 149.0784"
  })
  void ddim(PredictionType prediction, double firstBeta, boolean toOne, double sum) {
    assertThat(run(clipped(prediction, firstBeta, toOne))).isCloseTo(sum, within(1e-2));
  }

  @Test
  void ddimFromTheNinthStepOn() {
    SchedulerConfig config = clipped(PredictionType.EPSILON, 0.0001, true);
    Sampler sampler = config.sampler(STEPS);
    double[] timesteps = sampler.timesteps();
    int start = 8;
    for (int call = 0; call < start; call++) {
      sampler.step(call, new float[SIZE], new float[SIZE]);
    }
    float alpha = config.noiseSchedule().alphaCumulative((int) timesteps[start]);
    float[] latents = ramp();
    for (int i = 0; i < SIZE; i++) {
      float noise = (SIZE - 1 - i) / (float) SIZE;
      latents[i] = (float) (Math.sqrt(alpha) * latents[i] + Math.sqrt(1 - alpha) * noise);
    }
    for (int call = start; call < sampler.calls(); call++) {
      sampler.step(call, model(latents, timesteps[call]), latents);
    }
    assertThat(sum(latents)).isCloseTo(354.5418, within(1e-2));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "420, 400, 0.14771",
    "980, 960, 0.32460",
    "487, 486, 0.00979",
    "999, 998, 0.02"
  })
  void varianceOfDdim(int timestep, int next, double variance) {
    DdimSampler sampler =
        new DdimSampler(clipped(PredictionType.EPSILON, 0.0001, true), STEPS, 0, null);
    assertThat((double) sampler.variance(timestep, next)).isCloseTo(variance, within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"EPSILON, 198.1318", "V_PREDICTION, 67.3986"})
  void pndm(PredictionType prediction, double sum) {
    assertThat(run(config(SchedulerKind.PNDM, prediction, 0.0001, 1000)))
        .isCloseTo(sum, within(1e-2));
  }

  @ParameterizedTest
  @CsvSource({"true, 230.0399", "false, 186.9482"})
  void pndmWithEitherEnd(boolean toOne, double sum) {
    SchedulerConfig config = config(SchedulerKind.PNDM, PredictionType.EPSILON, 0.01, 1000);
    assertThat(run(ended(config, toOne, OptionalDouble.empty()))).isCloseTo(sum, within(1e-2));
  }

  /**
   * Their test takes anything below 0.0102 for a velocity. The sum here is what their loop gives in
   * diffusers 0.42.1.
   */
  @ParameterizedTest
  @CsvSource({"EPSILON, 10.0807, 1e-2", "V_PREDICTION, 2.41815e-10, 1e-15"})
  void euler(PredictionType prediction, double sum, double tolerance) {
    assertThat(run(config(SchedulerKind.EULER, prediction, 0.0001, 1100)))
        .isCloseTo(sum, within(tolerance));
  }

  /**
   * Their means are for a last noise level above 0, which is not supported. These are what their
   * loop gives in diffusers 0.42.1 with a last level of 0.
   */
  @ParameterizedTest
  @CsvSource({"EPSILON, 0.240900", "V_PREDICTION, 0.098518"})
  void dpmSolver(PredictionType prediction, double mean) {
    assertThat(run(config(SchedulerKind.DPM_SOLVER_PP_2M, prediction, 0.0001, 1000)) / SIZE)
        .isCloseTo(mean, within(1e-6));
  }
}
