package io.github.espalier.metrics.fid;

import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.frechet.FrechetDistance;
import io.github.espalier.metrics.frechet.SamplingBias;
import java.util.Optional;

/**
 * A Fréchet distance of features with all that a number needs to mean something. Only {@link
 * FeatureComparison#frechet()} makes it, of features that were compared. Immutable.
 */
public final class FrechetInceptionDistance {
  private final FrechetDistance distance;
  private final ComparisonLabels labels;
  private final Optional<SamplingBias> bias;

  FrechetInceptionDistance(
      FrechetDistance distance, ComparisonLabels labels, Optional<SamplingBias> bias) {
    this.distance = distance;
    this.labels = labels;
    this.bias = bias;
  }

  /**
   * Returns the distance and its terms.
   *
   * @return the distance, with the number of images on either side if known
   */
  public FrechetDistance distance() {
    return distance;
  }

  /**
   * Returns what made the features.
   *
   * @return network, layer, weights and protocol, if known and the same on both sides
   */
  public Optional<FeatureOrigin> origin() {
    return labels.origin();
  }

  /**
   * Returns the side that does not say what made its features.
   *
   * @return its name, if there is one
   */
  public Optional<String> unproven() {
    return labels.unproven();
  }

  /**
   * Returns what of the distance is owed to the numbers of images.
   *
   * @return empty if neither number is known
   */
  public Optional<SamplingBias> bias() {
    return bias;
  }

  /**
   * Returns the number.
   *
   * @return at least 0
   */
  public double value() {
    return distance.value();
  }

  /**
   * Tells whether this is FID: features of the last pooling of the FID network, with weights of its
   * known shapes, on both sides.
   *
   * @return false also if a side cannot tell
   */
  public boolean isFid() {
    return labels.isFid();
  }

  /**
   * Returns what the number may be called.
   *
   * @return {@code FID} with the protocol, or {@code Fréchet distance} with what is known
   */
  public String label() {
    return labels.frechet();
  }

  /**
   * Says what is to be thought of the number, if there are few images for it.
   *
   * @return one line
   */
  public Optional<String> warning() {
    return bias.flatMap(each -> each.warning(distance));
  }

  /** Returns the label, the number and, if there are few images, what is to be thought of it. */
  @Override
  public String toString() {
    return label() + ": " + value() + warning().map(text -> " (" + text + ")").orElse("");
  }
}
