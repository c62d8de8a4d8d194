package io.github.espalier.metrics.clipscore;

import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.ClipPreprocess;

/**
 * What made scores. Scores can be compared if this is equal.
 *
 * @param model the model's {@link ClipModel#fingerprint()}
 * @param preprocess what was done to images
 * @param prefix what was set before captions for the scores with a prefix; may be empty
 */
public record ClipScoreProtocol(String model, ClipPreprocess preprocess, String prefix) {
  /**
   * Checks the model.
   *
   * @param model the model's fingerprint
   * @param preprocess what was done to images
   * @param prefix what was set before captions; may be empty
   * @throws IllegalArgumentException if the model is blank
   */
  public ClipScoreProtocol {
    if (model.isBlank()) {
      throw new IllegalArgumentException("the fingerprint of a model is blank");
    }
  }

  /**
   * Returns how images became squares.
   *
   * @return that of the preprocessing
   */
  public ClipFraming framing() {
    return preprocess.framing();
  }

  /**
   * Says how this differs from what made other scores, for messages.
   *
   * @param other the other protocol
   * @return such as {@code framing CMMD, not TORCHVISION}; empty if both are equal
   */
  public String differenceFrom(ClipScoreProtocol other) {
    if (!model.equals(other.model)) {
      return "model " + model + ", not " + other.model;
    }
    if (framing() != other.framing()) {
      return "framing " + framing() + ", not " + other.framing();
    }
    if (!preprocess.equals(other.preprocess)) {
      return "preprocessing " + preprocess + ", not " + other.preprocess;
    }
    return prefix.equals(other.prefix) ? "" : "prefix '" + prefix + "', not '" + other.prefix + "'";
  }
}
