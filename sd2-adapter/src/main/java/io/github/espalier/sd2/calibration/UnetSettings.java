package io.github.espalier.sd2.calibration;

import io.github.espalier.sd2.pipeline.GenerationSettings;

/**
 * The sampling runs that a U-Net is calibrated by. Immutable.
 *
 * @param generation steps, guidance, size and scheduler
 * @param sampledCalls at how many evaluations of a run inputs are gathered, evenly spaced; 0 for
 *     all
 * @param weights what each evaluation weighs
 * @param textStates how often the states of a text count
 * @param seed the first caption's noise; each caption has the next one
 * @param negativePrompt what images should not show, for guidance
 */
public record UnetSettings(
    GenerationSettings generation,
    int sampledCalls,
    StepWeights weights,
    TextStates textStates,
    long seed,
    String negativePrompt) {

  /**
   * Checks the settings.
   *
   * @param generation steps, guidance, size and scheduler
   * @param sampledCalls at how many evaluations of a run inputs are gathered
   * @param weights what each evaluation weighs
   * @param textStates how often the states of a text count
   * @param seed the first caption's noise
   * @param negativePrompt what images should not show
   * @throws IllegalArgumentException if the number of evaluations is negative
   */
  public UnetSettings {
    if (sampledCalls < 0) {
      throw new IllegalArgumentException(
          "sampledCalls is " + sampledCalls + ", but must be 0, for all, or more");
    }
  }

  /**
   * Returns the usual settings, those of OBS-Diff: 25 steps, all gathered, weights falling from 1.2
   * to 0.8 by the logarithm; guidance of 7; text states as they come, without negative prompt.
   *
   * @return the settings, for images of the checkpoint's own size
   */
  public static UnetSettings withDefaults() {
    return new UnetSettings(
        GenerationSettings.withDefaults().withSteps(25).withGuidanceScale(7),
        0,
        StepWeights.LOG_DOWN,
        TextStates.AS_THEY_COME,
        0,
        "");
  }

  /**
   * Sets how images are made.
   *
   * @param value steps, guidance, size and scheduler
   * @return a changed copy
   */
  public UnetSettings withGeneration(GenerationSettings value) {
    return new UnetSettings(value, sampledCalls, weights, textStates, seed, negativePrompt);
  }

  /**
   * Sets at how many evaluations of a run inputs are gathered.
   *
   * @param value evenly spaced; 0 for all
   * @return a changed copy
   */
  public UnetSettings withSampledCalls(int value) {
    return new UnetSettings(generation, value, weights, textStates, seed, negativePrompt);
  }

  /**
   * Sets the weights.
   *
   * @param value what each evaluation weighs
   * @return a changed copy
   */
  public UnetSettings withWeights(StepWeights value) {
    return new UnetSettings(generation, sampledCalls, value, textStates, seed, negativePrompt);
  }

  /**
   * Sets how often text states count.
   *
   * @param value the rule
   * @return a changed copy
   */
  public UnetSettings withTextStates(TextStates value) {
    return new UnetSettings(generation, sampledCalls, weights, value, seed, negativePrompt);
  }

  /**
   * Sets the noise.
   *
   * @param value the first caption's seed; each caption has the next one
   * @return a changed copy
   */
  public UnetSettings withSeed(long value) {
    return new UnetSettings(generation, sampledCalls, weights, textStates, value, negativePrompt);
  }

  /**
   * Sets the negative prompt.
   *
   * @param value what images should not show
   * @return a changed copy
   */
  public UnetSettings withNegativePrompt(String value) {
    return new UnetSettings(generation, sampledCalls, weights, textStates, seed, value);
  }

  /** Whether inputs are gathered at an evaluation. */
  boolean isSampled(int call, int calls) {
    if (sampledCalls == 0 || sampledCalls >= calls) {
      return true;
    }
    // Evaluation floor((i + 1/2) calls / n) is the i-th of n.
    for (int i = 0; i < sampledCalls; i++) {
      if ((2L * i + 1) * calls / (2L * sampledCalls) == call) {
        return true;
      }
    }
    return false;
  }
}
