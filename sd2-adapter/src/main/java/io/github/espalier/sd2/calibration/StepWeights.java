package io.github.espalier.sd2.calibration;

import java.util.Objects;

/**
 * Weights alpha of the U-Net's evaluations in a sampling run. Immutable.
 *
 * <p>Source: OBS-Diff (arXiv 2510.06751), which weighs the noisiest steps most, by {@link
 * Course#LOG_DOWN} from 1.2 to 0.8: {@code alpha_k = min + (max - min) ln(1 + (T - 1 - k)) / ln T}
 * for evaluation k of T, the noisiest being 0.
 *
 * @param course how the weight changes
 * @param least the smallest weight, above 0
 * @param most the largest weight
 */
public record StepWeights(Course course, double least, double most) {
  private static final double LEAST = 0.8;
  private static final double MOST = 1.2;

  /** All evaluations weigh 1. */
  public static final StepWeights UNIFORM = new StepWeights(Course.UNIFORM, 1, 1);

  /** What OBS-Diff uses. */
  public static final StepWeights LOG_DOWN = of(Course.LOG_DOWN);

  /** How the weight changes from the noisiest evaluation to the last. */
  public enum Course {
    /** Not at all: each weighs the most. */
    UNIFORM,
    /** From the least to the most, evenly. */
    LINEAR_UP,
    /** From the most to the least, evenly. */
    LINEAR_DOWN,
    /** From the least to the most, fast at first: {@code ln(1 + k) / ln T}. */
    LOG_UP,
    /** From the most to the least, fast at last: {@code ln(T - k) / ln T}. */
    LOG_DOWN
  }

  /**
   * Checks the bounds.
   *
   * @param course how the weight changes
   * @param least the smallest weight
   * @param most the largest weight
   * @throws IllegalArgumentException if they are not finite, above 0 and in order
   */
  public StepWeights {
    if (!(least > 0 && least <= most && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "weights from " + least + " to " + most + " are not possible; they must be above 0");
    }
  }

  /**
   * Makes weights between 0.8 and 1.2, as OBS-Diff does.
   *
   * @param course how the weight changes
   * @return the weights; all 1 for {@link Course#UNIFORM}
   */
  public static StepWeights of(Course course) {
    return course == Course.UNIFORM ? UNIFORM : new StepWeights(course, LEAST, MOST);
  }

  /**
   * Returns the weight of an evaluation.
   *
   * @param call its number, from 0
   * @param calls how many there are; of a single one, the weight is that of the first of many
   * @return alpha
   * @throws IndexOutOfBoundsException if there is no such evaluation
   */
  public double at(int call, int calls) {
    Objects.checkIndex(call, calls);
    double share =
        switch (course) {
          case UNIFORM -> 1;
          case LINEAR_UP -> calls == 1 ? 0 : (double) call / (calls - 1);
          case LINEAR_DOWN -> calls == 1 ? 1 : (double) (calls - 1 - call) / (calls - 1);
          case LOG_UP -> calls == 1 ? 0 : Math.log(1.0 + call) / Math.log(calls);
          case LOG_DOWN -> calls == 1 ? 1 : Math.log((double) calls - call) / Math.log(calls);
        };
    return least + (most - least) * share;
  }
}
