package io.github.espalier.sd2.scheduler;

import io.github.espalier.sd2.noise.TorchRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How to sample: what {@code scheduler/scheduler_config.json} says. Immutable; {@link
 * #sampler(int)} starts a run.
 *
 * <p>Two values default to what the kind has as its own. They are kept as absent, so that {@link
 * #withKind} means what it means in diffusers: {@code EulerDiscreteScheduler.from_config(json)} on
 * a DDIM file without a spacing samples with Euler's own spacing, from timestep 999 for Stable
 * Diffusion 2. The other reading, with DDIM's spacing, begins elsewhere and gives another image; it
 * is what follows once diffusers has saved the DDIM scheduler, for then all values are written out.
 * {@link #withDefaultsWritten()} does the same here, and {@link #withTimestepSpacing} states a
 * spacing outright.
 *
 * <p>Source for the meaning and default of each key: the classes that {@link SchedulerKind} names.
 *
 * @param kind the method
 * @param noiseSchedule how noise grows with the timesteps of training
 * @param predictionType what the network predicts
 * @param timestepSpacing how timesteps are chosen; empty for what the kind has as its own
 * @param stepsOffset added to timesteps of leading spacing, 0 to the timesteps of training - 1; 1
 * @param setAlphaToOne whether the step past timestep 0 ends at no noise, or else at that of
 *     timestep 0; empty for what the kind has as its own: yes for DDIM, no for PNDM. The others
 *     always end at no noise
 * @param skipPrkSteps whether PNDM begins without Runge-Kutta steps, as all Stable Diffusion does
 * @param clipRange what DDIM limits predicted images to, both ways, above 0; empty for no limit
 */
public record SchedulerConfig(
    SchedulerKind kind,
    NoiseSchedule noiseSchedule,
    PredictionType predictionType,
    Optional<TimestepSpacing> timestepSpacing,
    int stepsOffset,
    Optional<Boolean> setAlphaToOne,
    boolean skipPrkSteps,
    OptionalDouble clipRange) {

  /**
   * Checks the ranges.
   *
   * @param kind the method
   * @param noiseSchedule how noise grows with the timesteps of training
   * @param predictionType what the network predicts
   * @param timestepSpacing how timesteps are chosen; empty for what the kind has as its own
   * @param stepsOffset added to timesteps of leading spacing, 0 to the timesteps of training - 1; 1
   * @param setAlphaToOne whether the step past timestep 0 ends at no noise, or else at that of
   *     timestep 0; empty for what the kind has as its own
   * @param skipPrkSteps whether PNDM begins without Runge-Kutta steps
   * @param clipRange what DDIM limits predicted images to, both ways, above 0; empty for no limit
   * @throws IllegalArgumentException if a number is out of its range; the message begins with the
   *     JSON key
   */
  public SchedulerConfig {
    if (stepsOffset < 0 || stepsOffset >= noiseSchedule.timesteps()) {
      throw new IllegalArgumentException(
          "steps_offset: " + stepsOffset + " is not from 0 to " + (noiseSchedule.timesteps() - 1));
    }
    double clip = clipRange.orElse(1);
    if (!(clip > 0)) {
      throw new IllegalArgumentException("clip_sample_range: " + clip + " is not above 0");
    }
  }

  /**
   * Returns what the published models of Stable Diffusion 2 have: DDIM for a velocity, PNDM for
   * noise, neither clipped nor spaced otherwise than by default.
   *
   * @param predictionType {@link PredictionType#V_PREDICTION} for {@code stable-diffusion-2} and
   *     {@code 2-1}, {@link PredictionType#EPSILON} for the base models
   * @return the configuration
   */
  public static SchedulerConfig sd2(PredictionType predictionType) {
    return new SchedulerConfig(
        predictionType == PredictionType.EPSILON ? SchedulerKind.PNDM : SchedulerKind.DDIM,
        NoiseSchedule.stableDiffusion(),
        predictionType,
        Optional.empty(),
        1,
        Optional.of(false),
        true,
        OptionalDouble.empty());
  }

  /**
   * Reads a {@code scheduler_config.json}. Unknown keys are ignored; a missing key stands for the
   * default of diffusers' class. What this library does not do, such as Karras noise levels or
   * dynamic thresholding, is refused, even where the kind in the file would ignore it.
   *
   * @param file the JSON file
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is not JSON, names
   *     another class than those of {@link SchedulerKind}, a value has the wrong type or range, or
   *     it asks for what is not supported
   */
  public static SchedulerConfig read(Path file) throws IOException {
    return SchedulerConfigJson.read(file, null);
  }

  /**
   * Reads a {@code scheduler_config.json} for another method than the one it names, which may be
   * one that this library does not have: diffusers' {@code from_pretrained} of that class.
   *
   * @param file the JSON file
   * @param kind the method
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is not JSON, a value has
   *     the wrong type or range, or it asks for what is not supported
   */
  public static SchedulerConfig read(Path file, SchedulerKind kind) throws IOException {
    return SchedulerConfigJson.read(file, kind);
  }

  /**
   * Returns the spacing that applies.
   *
   * @return the one given, or the kind's own
   */
  public TimestepSpacing spacing() {
    return timestepSpacing.orElse(kind.defaultSpacing());
  }

  /** Whether the step past timestep 0 ends at no noise, for DDIM and PNDM. */
  boolean endsWithoutNoise() {
    return setAlphaToOne.orElse(kind.defaultSetAlphaToOne());
  }

  /**
   * Returns the configuration for another method. Absent values stay absent, so they then stand for
   * what that kind has as its own: {@code Other.from_config(json)} of diffusers.
   *
   * @param other the method
   * @return the configuration
   */
  public SchedulerConfig withKind(SchedulerKind other) {
    return new SchedulerConfig(
        other,
        noiseSchedule,
        predictionType,
        timestepSpacing,
        stepsOffset,
        setAlphaToOne,
        skipPrkSteps,
        clipRange);
  }

  /**
   * Returns the configuration with absent values set to what the kind has as its own, so that a
   * later {@link #withKind} keeps them: what diffusers' {@code save_pretrained} writes. Samples the
   * same.
   *
   * @return the configuration
   */
  public SchedulerConfig withDefaultsWritten() {
    return new SchedulerConfig(
        kind,
        noiseSchedule,
        predictionType,
        Optional.of(spacing()),
        stepsOffset,
        Optional.of(endsWithoutNoise()),
        skipPrkSteps,
        clipRange);
  }

  /**
   * Returns the configuration for another network.
   *
   * @param other what the network predicts
   * @return the configuration
   */
  public SchedulerConfig withPredictionType(PredictionType other) {
    return new SchedulerConfig(
        kind,
        noiseSchedule,
        other,
        timestepSpacing,
        stepsOffset,
        setAlphaToOne,
        skipPrkSteps,
        clipRange);
  }

  /**
   * Returns the configuration with a spacing of its own.
   *
   * @param other how timesteps are chosen
   * @return the configuration
   */
  public SchedulerConfig withTimestepSpacing(TimestepSpacing other) {
    return new SchedulerConfig(
        kind,
        noiseSchedule,
        predictionType,
        Optional.of(other),
        stepsOffset,
        setAlphaToOne,
        skipPrkSteps,
        clipRange);
  }

  /**
   * Returns the configuration as a Stable Diffusion pipeline of diffusers uses it: with an offset
   * of 1 and without clipping, whatever the file says.
   *
   * @return the configuration
   * @throws IllegalArgumentException if there is but one timestep of training
   */
  public SchedulerConfig asStableDiffusionPipelineDoes() {
    return new SchedulerConfig(
        kind,
        noiseSchedule,
        predictionType,
        timestepSpacing,
        1,
        setAlphaToOne,
        skipPrkSteps,
        OptionalDouble.empty());
  }

  /**
   * Starts a run without noise but that which it starts from.
   *
   * @param steps number of steps, 1 to the timesteps of training; 50. With Runge-Kutta steps at
   *     least 4
   * @return the run of one image
   * @throws IllegalArgumentException if the steps are out of range, or offset and spacing lead them
   *     past the last timestep of training or twice to the same one
   */
  public Sampler sampler(int steps) {
    return start(steps, 0, null);
  }

  /**
   * Starts a run of DDIM that adds noise in each step. Each step draws as many numbers as the image
   * has values. A pipeline of diffusers draws them from the generator that the image's first noise
   * came from, after that noise.
   *
   * @param steps number of steps, 1 to the timesteps of training; 50
   * @param eta how much noise, 0 (DDIM: none, and nothing is drawn) to 1 (as much as DDPM)
   * @param noise where the noise comes from; held and advanced by the run
   * @return the run of one image
   * @throws IllegalArgumentException if {@code eta} is out of range, or above 0 for another kind,
   *     or the steps are as {@link #sampler(int)} refuses them
   */
  public Sampler sampler(int steps, double eta, TorchRandom noise) {
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta: " + eta + " is not from 0 to 1");
    }
    if (eta > 0 && kind != SchedulerKind.DDIM) {
      throw new IllegalArgumentException(
          "eta: " + eta + ", but " + kind.className() + " adds no noise; expected 0");
    }
    return start(steps, eta, eta > 0 ? noise : null);
  }

  private Sampler start(int steps, double eta, @Nullable TorchRandom noise) {
    return switch (kind) {
      case DDIM -> new DdimSampler(this, steps, eta, noise);
      case PNDM -> new PndmSampler(this, steps);
      case EULER -> new EulerSampler(this, steps);
      case DPM_SOLVER_PP_2M -> new DpmSolverSampler(this, steps);
    };
  }
}
