package io.github.espalier.examples.study.plan;

import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a study's images are made. Immutable.
 *
 * @param width pixels; the checkpoint's own if empty
 * @param height pixels; the checkpoint's own if empty
 * @param steps of the scheduler, at least 1
 * @param guidance weight of the prompt against the empty prompt; none at 1 or below
 * @param scheduler what takes the steps; the checkpoint's own if empty
 */
public record Sampling(
    OptionalInt width,
    OptionalInt height,
    int steps,
    double guidance,
    Optional<SchedulerKind> scheduler) {
  /**
   * Checks the ranges.
   *
   * @param width pixels
   * @param height pixels
   * @param steps of the scheduler
   * @param guidance weight of the prompt against the empty prompt
   * @param scheduler what takes the steps
   * @throws IllegalArgumentException if a number is out of range, or one side is given alone
   */
  public Sampling {
    if (width.isPresent() != height.isPresent()) {
      throw new IllegalArgumentException("width and height must be given together");
    }
    if (width.orElse(1) < 1 || height.orElse(1) < 1) {
      throw new IllegalArgumentException("width and height must be at least 1");
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", but must be at least 1");
    }
    if (!Double.isFinite(guidance) || guidance < 0) {
      throw new IllegalArgumentException(
          "guidance is " + guidance + ", but must be a number of 0 or more");
    }
  }

  /**
   * Returns the settings of the paper, which are diffusers' defaults.
   *
   * @return 50 steps, guidance 7.5, size and scheduler of the checkpoint
   */
  public static Sampling withDefaults() {
    return new Sampling(OptionalInt.empty(), OptionalInt.empty(), 50, 7.5, Optional.empty());
  }

  /**
   * Sets the number of steps.
   *
   * @param value at least 1
   * @return a changed copy
   */
  public Sampling withSteps(int value) {
    return new Sampling(width, height, value, guidance, scheduler);
  }

  /**
   * Sets the guidance.
   *
   * @param value 0 or more
   * @return a changed copy
   */
  public Sampling withGuidance(double value) {
    return new Sampling(width, height, steps, value, scheduler);
  }

  /**
   * Sets the size of images.
   *
   * @param pixelsWide width
   * @param pixelsHigh height
   * @return a changed copy
   */
  public Sampling withSize(int pixelsWide, int pixelsHigh) {
    return new Sampling(
        OptionalInt.of(pixelsWide), OptionalInt.of(pixelsHigh), steps, guidance, scheduler);
  }

  /**
   * Sets the scheduler.
   *
   * @param value what takes the steps
   * @return a changed copy
   */
  public Sampling withScheduler(SchedulerKind value) {
    return new Sampling(width, height, steps, guidance, Optional.of(value));
  }
}
