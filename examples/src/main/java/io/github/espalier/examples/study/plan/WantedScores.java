package io.github.espalier.examples.study.plan;

import io.github.espalier.metrics.protocol.FidProtocol;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a study's images are scored. Immutable.
 *
 * @param clipScore whether images are scored by their captions, by the judge
 * @param distance in what features their distance from the references is measured
 * @param protocol how images are prepared for the FID network; of no effect on the judge's features
 * @param judge a CLIP model, a folder or file; needed for CLIPScore and the judge's features
 * @param inception weights of the FID network
 * @param references a folder of real images, or a file of features or statistics of them
 */
public record WantedScores(
    boolean clipScore,
    Distance distance,
    FidProtocol protocol,
    Optional<Path> judge,
    Optional<Path> inception,
    Optional<Path> references) {
  /** The features that a Fréchet distance is measured in. */
  public enum Distance {
    /** There is none. */
    NONE,
    /** The judge's embeddings of images. The distance is never called FID. */
    JUDGE,
    /** The last pooling of the FID network. */
    FID
  }

  /**
   * Returns the scores of the paper, without the files that they need.
   *
   * @return CLIPScore and FID by the paper's protocol
   */
  public static WantedScores withDefaults() {
    return new WantedScores(
        true,
        Distance.FID,
        FidProtocol.PAPER,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Sets what scores CLIPScore.
   *
   * @param value a CLIP model
   * @return a changed copy
   */
  public WantedScores withJudge(Path value) {
    return new WantedScores(
        clipScore, distance, protocol, Optional.of(value), inception, references);
  }

  /**
   * Sets the FID network.
   *
   * @param value its weights
   * @return a changed copy
   */
  public WantedScores withInception(Path value) {
    return new WantedScores(clipScore, distance, protocol, judge, Optional.of(value), references);
  }

  /**
   * Sets what images are compared with.
   *
   * @param value a folder of images, or a file of features or statistics
   * @return a changed copy
   */
  public WantedScores withReferences(Path value) {
    return new WantedScores(clipScore, distance, protocol, judge, inception, Optional.of(value));
  }

  /**
   * Sets the features of the distance.
   *
   * @param value the features
   * @return a changed copy
   */
  public WantedScores withDistance(Distance value) {
    return new WantedScores(clipScore, value, protocol, judge, inception, references);
  }

  /**
   * Sets whether there is a CLIPScore.
   *
   * @param value whether images are scored by their captions
   * @return a changed copy
   */
  public WantedScores withClipScore(boolean value) {
    return new WantedScores(value, distance, protocol, judge, inception, references);
  }
}
