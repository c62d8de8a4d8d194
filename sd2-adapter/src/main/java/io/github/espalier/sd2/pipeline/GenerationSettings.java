package io.github.espalier.sd2.pipeline;

import io.github.espalier.sd2.scheduler.SchedulerConfig;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How images are made. The defaults are those of diffusers' {@code StableDiffusionPipeline}.
 *
 * @param steps of the scheduler, at least 1; 50 by default
 * @param guidanceScale weight of the prompt against the negative prompt, {@code negative + scale *
 *     (prompt - negative)}; 7.5 by default. At 1 or below there is no guidance, and each step costs
 *     half. Source: Ho and Salimans, "Classifier-Free Diffusion Guidance" (arXiv 2207.12598), in
 *     the form of diffusers
 * @param eta how much of DDIM's noise is drawn anew in each step, from 0, the default, to 1; other
 *     schedulers take 0 only
 * @param height pixels, a multiple of the autoencoder's reduction, 8 in SD; the checkpoint's own if
 *     empty
 * @param width as the height
 * @param scheduler another scheduler than the checkpoint's, if given
 */
public record GenerationSettings(
    int steps,
    double guidanceScale,
    double eta,
    OptionalInt height,
    OptionalInt width,
    Optional<SchedulerConfig> scheduler) {

  /**
   * Checks the ranges that do not depend on the checkpoint.
   *
   * @param steps of the scheduler
   * @param guidanceScale weight of the prompt against the negative prompt
   * @param eta how much of DDIM's noise is drawn anew in each step
   * @param height pixels
   * @param width pixels
   * @param scheduler another scheduler than the checkpoint's
   * @throws IllegalArgumentException if one is out of range
   */
  public GenerationSettings {
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", but must be at least 1");
    }
    if (!Double.isFinite(guidanceScale) || guidanceScale < 0) {
      throw new IllegalArgumentException(
          "guidance scale is " + guidanceScale + ", but must be a number of 0 or more");
    }
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta is " + eta + ", but must be from 0 to 1");
    }
    if (height.orElse(1) < 1 || width.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "size is " + describe(width) + "x" + describe(height) + ", but must be at least 1x1");
    }
  }

  private static String describe(OptionalInt size) {
    return size.isPresent() ? Integer.toString(size.getAsInt()) : "default";
  }

  /**
   * Returns the settings of diffusers.
   *
   * @return 50 steps, guidance scale 7.5, eta 0, the checkpoint's size and scheduler
   */
  public static GenerationSettings withDefaults() {
    return new GenerationSettings(
        50, 7.5, 0, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
  }

  /**
   * Sets the number of steps.
   *
   * @param value at least 1
   * @return a changed copy
   */
  public GenerationSettings withSteps(int value) {
    return new GenerationSettings(value, guidanceScale, eta, height, width, scheduler);
  }

  /**
   * Sets the guidance scale.
   *
   * @param value 0 or more; at 1 or below there is no guidance
   * @return a changed copy
   */
  public GenerationSettings withGuidanceScale(double value) {
    return new GenerationSettings(steps, value, eta, height, width, scheduler);
  }

  /**
   * Sets eta.
   *
   * @param value from 0 to 1
   * @return a changed copy
   */
  public GenerationSettings withEta(double value) {
    return new GenerationSettings(steps, guidanceScale, value, height, width, scheduler);
  }

  /**
   * Sets the size.
   *
   * @param pixelsHigh height
   * @param pixelsWide width
   * @return a changed copy
   */
  public GenerationSettings withSize(int pixelsHigh, int pixelsWide) {
    return new GenerationSettings(
        steps,
        guidanceScale,
        eta,
        OptionalInt.of(pixelsHigh),
        OptionalInt.of(pixelsWide),
        scheduler);
  }

  /**
   * Sets the scheduler.
   *
   * @param value the scheduler to use instead of the checkpoint's
   * @return a changed copy
   */
  public GenerationSettings withScheduler(SchedulerConfig value) {
    return new GenerationSettings(steps, guidanceScale, eta, height, width, Optional.of(value));
  }

  boolean isGuided() {
    return guidanceScale > 1;
  }
}
