package io.github.espalier.metrics.clipscore;

import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;

/**
 * Scores pairs of image and caption by CLIP. Immutable; as safe for use by several threads as its
 * {@link Compute}. Does not close model or {@code Compute}.
 */
public final class ClipScorer {
  /** What jmhessel/clipscore sets before captions. */
  public static final String PREFIX = "A photo depicts ";

  private final ClipModel model;
  private final Compute compute;
  private final String prefix;

  private ClipScorer(ClipModel model, Compute compute, String prefix) {
    this.model = model;
    this.compute = compute;
    this.prefix = prefix;
  }

  /**
   * Makes a scorer with the prefix {@link #PREFIX}.
   *
   * @param model the model
   * @param compute does the work
   * @return a scorer
   */
  public static ClipScorer of(ClipModel model, Compute compute) {
    return new ClipScorer(model, compute, PREFIX);
  }

  /**
   * Sets the prefix. A space is added if it does not end in one, as by jmhessel/clipscore.
   *
   * @param value the text; nothing is set before captions if it is empty
   * @return a scorer with that prefix
   */
  public ClipScorer withPrefix(String value) {
    String spaced = value.isEmpty() || value.endsWith(" ") ? value : value + " ";
    return new ClipScorer(model, compute, spaced);
  }

  /**
   * Returns what makes the scores.
   *
   * @return model, preprocessing and prefix
   */
  public ClipScoreProtocol protocol() {
    return new ClipScoreProtocol(model.fingerprint(), model.preprocess(), prefix);
  }

  /**
   * Scores a pair. A caption that is too long for the model loses its end.
   *
   * @param name the image's name, for the result
   * @param image the image
   * @param caption the text, without prefix
   * @return its scores
   * @throws IllegalArgumentException if one side of the image is more than 100 times the other
   * @throws IllegalStateException if an embedding is zero or not finite
   */
  public PairScore score(String name, RgbImage image, String caption) {
    float[] seen = model.embedImage(compute, image);
    double plain = cosine(seen, model.embedText(compute, caption));
    double prefixed =
        prefix.isEmpty() ? plain : cosine(seen, model.embedText(compute, prefix + caption));
    return new PairScore(name, caption, plain, prefixed);
  }

  private static double cosine(float[] first, float[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) first[i] * second[i];
    }
    return sum;
  }
}
