package io.github.espalier.metrics.clip;

import io.github.espalier.sd2.architecture.TextEncoderConfig;
import java.util.OptionalInt;

/**
 * The sizes of a CLIP model.
 *
 * @param text those of the text tower; its {@code projectionDim} is the width of embeddings
 * @param vision those of the image tower
 * @param endId the token whose first state stands for a text; if absent, that is the state of the
 *     first of the highest ids, which in CLIP's vocabulary is the same
 */
public record ClipConfig(TextEncoderConfig text, ClipVisionConfig vision, OptionalInt endId) {
  /**
   * Checks the end token.
   *
   * @param text those of the text tower; its {@code projectionDim} is the width of embeddings
   * @param vision those of the image tower
   * @param endId the token whose first state stands for a text; if absent, that is the state of the
   *     first of the highest ids, which in CLIP's vocabulary is the same
   * @throws IllegalArgumentException if the end token is not in the vocabulary
   */
  public ClipConfig {
    if (endId.isPresent() && (endId.getAsInt() < 0 || endId.getAsInt() >= text.vocabSize())) {
      throw new IllegalArgumentException(
          "eos_token_id: " + endId.getAsInt() + " is not in the vocabulary of " + text.vocabSize());
    }
  }

  /**
   * Returns the width of embeddings.
   *
   * @return columns of both projections
   */
  public int projectionDim() {
    return text.projectionDim();
  }

  /** Where in a text the state is that stands for it. */
  int pooledPosition(int[] ids) {
    int best = 0;
    for (int i = 0; i < ids.length; i++) {
      if (endId.isPresent()) {
        if (ids[i] == endId.getAsInt()) {
          return i;
        }
      } else if (ids[i] > ids[best]) {
        best = i;
      }
    }
    return best;
  }
}
