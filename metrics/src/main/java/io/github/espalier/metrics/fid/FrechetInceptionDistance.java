package io.github.espalier.metrics.fid;

import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.frechet.FrechetDistance;
import io.github.espalier.metrics.frechet.SamplingBias;
import java.util.Optional;

/**
 * A Fréchet distance of features with all that a number needs to mean something.
 *
 * @param distance the distance, with the number of images on either side if known
 * @param origin network, layer, weights and protocol, if known and the same on both sides
 * @param unproven the side that does not say what made its features, if there is one
 * @param bias what of the distance is owed to the numbers of images, if one at least is known
 */
public record FrechetInceptionDistance(
    FrechetDistance distance,
    Optional<FeatureOrigin> origin,
    Optional<String> unproven,
    Optional<SamplingBias> bias) {

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
    return labels().isFid();
  }

  /**
   * Returns what the number may be called.
   *
   * @return {@code FID} with the protocol, or {@code Frechet distance} with what is known
   */
  public String label() {
    return labels().frechet();
  }

  private ComparisonLabels labels() {
    return new ComparisonLabels(origin, unproven);
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
