package io.github.espalier.examples.study.plan;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a study calibrates, for the methods and allocations that need it. Immutable.
 *
 * @param captions a file of captions; those that ship with Espalier if empty
 * @param limit how many captions at most, at least 1; 128 in the paper
 * @param steps of each image that the U-Net is calibrated by, at least 1
 * @param outputErrors whether all pruned parts are calibrated, so that how far each layer's output
 *     moves can be told for methods that need no calibration too
 */
public record CalibrationPlan(Optional<Path> captions, int limit, int steps, boolean outputErrors) {
  /**
   * Checks the numbers.
   *
   * @param captions a file of captions
   * @param limit how many captions at most
   * @param steps of each image that the U-Net is calibrated by
   * @param outputErrors whether all pruned parts are calibrated
   * @throws IllegalArgumentException if a number is less than 1
   */
  public CalibrationPlan {
    if (limit < 1 || steps < 1) {
      throw new IllegalArgumentException("limit and steps of a calibration must be at least 1");
    }
  }

  /**
   * Returns the usual settings.
   *
   * @return 128 captions that ship with Espalier, 25 steps, calibrated only where it is needed
   */
  public static CalibrationPlan withDefaults() {
    return new CalibrationPlan(Optional.empty(), 128, 25, false);
  }
}
