package io.github.espalier.examples.study.plan;

import io.github.espalier.core.model.Component;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;

/** A part of the model that a study prunes. */
public enum StudyPart {
  /** The text encoder, {@code text} in plans. */
  TEXT("text", "text encoder"),
  /** The U-Net, {@code unet} in plans. */
  UNET("unet", "U-Net");

  private final String key;
  private final String label;

  StudyPart(String key, String label) {
    this.key = key;
    this.label = label;
  }

  /**
   * Returns the name in plans.
   *
   * @return {@code text} or {@code unet}
   */
  public String key() {
    return key;
  }

  /**
   * Returns the name for people.
   *
   * @return such as {@code U-Net}
   */
  public String label() {
    return label;
  }

  /**
   * Returns the component of a checkpoint.
   *
   * @return the component
   */
  public Component component() {
    return switch (this) {
      case TEXT -> Sd2Checkpoint.TEXT_ENCODER;
      case UNET -> Sd2Checkpoint.UNET;
    };
  }
}
