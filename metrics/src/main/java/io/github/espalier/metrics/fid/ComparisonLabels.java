package io.github.espalier.metrics.fid;

import io.github.espalier.metrics.extract.ClipFeatureNetwork;
import io.github.espalier.metrics.extract.FeatureOrigin;
import java.util.Optional;

/**
 * What the numbers of a comparison may be called. Names of measures that are defined on a certain
 * network, FID, KID and CMMD, are given only where that network made the features on both sides.
 *
 * <p>Only {@link FeatureComparison#labels()} makes them, of features that were compared. Immutable.
 */
public final class ComparisonLabels {
  private final Optional<FeatureOrigin> origin;
  private final Optional<String> unproven;

  ComparisonLabels(Optional<FeatureOrigin> origin, Optional<String> unproven) {
    this.origin = origin;
    this.unproven = unproven;
  }

  /**
   * Returns what made the features.
   *
   * @return network, layer, weights and protocol, if known and the same on both sides
   */
  public Optional<FeatureOrigin> origin() {
    return origin;
  }

  /**
   * Returns the side that does not say what made its features.
   *
   * @return its name, if there is one
   */
  public Optional<String> unproven() {
    return unproven;
  }

  /**
   * Tells whether the Fréchet distance is FID and the kernel distance KID: features of the last
   * pooling of the FID network, with weights of its known shapes, on both sides.
   *
   * @return false also if a side cannot tell
   */
  public boolean isFid() {
    return unproven.isEmpty() && origin.isPresent() && origin.get().network().isFid();
  }

  /**
   * Tells whether the discrepancy of embeddings is CMMD.
   *
   * @return true for the model and the framing that {@link ClipFeatureNetwork#isOfCmmd} has, on
   *     both sides; false also if a side cannot tell
   */
  public boolean isCmmd() {
    return unproven.isEmpty() && origin.filter(ClipFeatureNetwork::isOfCmmd).isPresent();
  }

  /**
   * Names the Fréchet distance.
   *
   * @return {@code FID} with the protocol, or {@code Fréchet distance} with what is known
   */
  public String frechet() {
    return named("FID", "Fréchet distance");
  }

  /**
   * Names the extrapolation of the Fréchet distance to infinitely many images.
   *
   * @return {@code FID at infinity} with the protocol, or {@code Fréchet distance at infinity} with
   *     what is known
   */
  public String infinity() {
    return named("FID at infinity", "Fréchet distance at infinity");
  }

  /**
   * Names the kernel distance.
   *
   * @return {@code KID} with the protocol, or {@code Kernel distance} with what is known
   */
  public String kernel() {
    return named("KID", "Kernel distance");
  }

  /**
   * Names the discrepancy of embeddings.
   *
   * @return {@code CMMD}, or {@code Discrepancy of embeddings} with what is known
   */
  public String discrepancy() {
    return isCmmd() ? "CMMD" : "Discrepancy of embeddings (" + known() + ")";
  }

  private String named(String own, String neutral) {
    return isFid()
        ? own + " (protocol " + origin.orElseThrow().protocol() + ")"
        : neutral + " (" + known() + ")";
  }

  private String known() {
    String known =
        origin
            .map(each -> "network " + each.toString())
            .orElse("network, tap and protocol unknown");
    String doubt =
        unproven.map(side -> "; " + side + " does not say what made its features").orElse("");
    return known + doubt;
  }
}
