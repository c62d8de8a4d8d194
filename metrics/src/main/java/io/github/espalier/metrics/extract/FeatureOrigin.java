package io.github.espalier.metrics.extract;

/**
 * What made features. Features can be compared if this is equal.
 *
 * @param network the network, its layer and weights
 * @param protocol what was done to images before, see {@link
 *     io.github.espalier.metrics.protocol.ImagePreparation#protocol()}
 */
public record FeatureOrigin(NetworkId network, String protocol) {
  /**
   * Checks the protocol.
   *
   * @param network the network, its layer and weights
   * @param protocol what was done to images before
   * @throws IllegalArgumentException if the protocol is blank
   */
  public FeatureOrigin {
    if (protocol.isBlank()) {
      throw new IllegalArgumentException("the name of a protocol is blank");
    }
  }

  /**
   * Says how this differs from what made other features, for messages.
   *
   * @param other the other origin
   * @return such as {@code protocol clean-fid, not paper}; empty if both are equal
   */
  public String differenceFrom(FeatureOrigin other) {
    if (!protocol.equals(other.protocol)) {
      return "protocol " + protocol + ", not " + other.protocol;
    }
    if (!network.name().equals(other.network.name())) {
      return "network " + network.name() + ", not " + other.network.name();
    }
    if (!network.tap().equals(other.network.tap())) {
      return "tap " + network.tap() + ", not " + other.network.tap();
    }
    return network.equals(other.network) ? "" : "other weights of the network " + network.name();
  }

  @Override
  public String toString() {
    return network + ", protocol " + protocol;
  }
}
