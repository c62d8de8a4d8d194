package io.github.espalier.sd2.calibration;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.LayerSelection;

/**
 * What a calibration gathers. Immutable.
 *
 * @param need moments, or the Gram matrix too
 * @param selection the layers whose inputs are wanted
 * @param saveEvery after so many captions the sums are saved, so that a run that was stopped can go
 *     on from there; at least 1. Sums of products are rounded at these points, so it belongs to the
 *     settings that a resumed run must share
 */
public record CalibrationSettings(StatisticsNeed need, LayerSelection selection, int saveEvery) {
  private static final int USUAL_CAPTIONS = 32;

  /**
   * Checks the settings.
   *
   * @param need moments, or the Gram matrix too
   * @param selection the layers whose inputs are wanted
   * @param saveEvery after so many captions the sums are saved
   * @throws IllegalArgumentException if nothing is needed, or captions are less than 1
   */
  public CalibrationSettings {
    if (need == StatisticsNeed.NONE) {
      throw new IllegalArgumentException("there is nothing to gather");
    }
    if (saveEvery < 1) {
      throw new IllegalArgumentException("saveEvery is " + saveEvery + ", but must be at least 1");
    }
  }

  /**
   * Returns the usual settings.
   *
   * @return the Gram matrices of every Linear, saved every 32 captions
   */
  public static CalibrationSettings withDefaults() {
    return new CalibrationSettings(StatisticsNeed.GRAM, LayerSelection.LINEAR, USUAL_CAPTIONS);
  }

  /**
   * Sets what is gathered.
   *
   * @param value moments, or the Gram matrix too
   * @return a changed copy
   */
  public CalibrationSettings withNeed(StatisticsNeed value) {
    return new CalibrationSettings(value, selection, saveEvery);
  }

  /**
   * Sets the layers.
   *
   * @param value the layers whose inputs are wanted
   * @return a changed copy
   */
  public CalibrationSettings withSelection(LayerSelection value) {
    return new CalibrationSettings(need, value, saveEvery);
  }

  /**
   * Sets how often sums are saved.
   *
   * @param captions after so many, at least 1
   * @return a changed copy
   */
  public CalibrationSettings withSaveEvery(int captions) {
    return new CalibrationSettings(need, selection, captions);
  }

  String describe() {
    return "gathers " + need + "; layers " + selection + "; saved every " + saveEvery;
  }
}
