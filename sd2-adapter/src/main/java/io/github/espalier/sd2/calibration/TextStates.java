package io.github.espalier.sd2.calibration;

/**
 * How often the states of a text count in the statistics of what attends to them. They are the same
 * at every step of a sampling run, and those of the negative prompt in every run.
 */
public enum TextStates {
  /** As often as the U-Net sees them, with the weight of each step. */
  AS_THEY_COME,
  /** Those of the negative prompt once in all, those of prompts in each step; weighed by step. */
  NEGATIVE_PROMPT_ONCE,
  /** Those of each prompt and negative prompt once in all, with weight 1. */
  EACH_TEXT_ONCE
}
