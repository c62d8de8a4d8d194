package io.github.espalier.metrics.extract;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which network features are of, and which of its layers. Immutable.
 *
 * <p>That of the FID network comes only from {@link InceptionFeatureNetwork}, which checks the
 * shapes of its weights, and that of CMMD's network only from {@link ClipFeatureNetwork}, which
 * checks its sizes; or both from a file of features that they made.
 */
public final class NetworkId {
  /** The name of the network of FID, with all its weights of their known shapes. */
  static final String FID_INCEPTION = "fid-inception-v3";

  /** The name of the network of CMMD, OpenAI's ViT-L/14 at 336 pixels. */
  static final String CMMD_CLIP = "clip-vit-l14-336";

  private static final String FID_TAP = "2048";

  private final String name;
  private final String tap;
  private final String weights;

  private NetworkId(String name, String tap, String weights) {
    this.name = requireText(name, "name");
    this.tap = requireText(tap, "tap");
    this.weights = requireText(weights, "fingerprint of the weights");
  }

  private static String requireText(String text, String what) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the " + what + " of a network is blank");
    }
    return text;
  }

  /**
   * Identifies a network of any kind.
   *
   * @param name what it is called, such as {@code dino-vit-b16}
   * @param tap the layer whose output the features are
   * @param weights a hash of the weights
   * @return the identity
   * @throws IllegalArgumentException if one is blank, or the name is that of FID's or CMMD's
   *     network
   */
  public static NetworkId of(String name, String tap, String weights) {
    Class<?> owner = owner(name);
    if (owner != null) {
      throw new IllegalArgumentException(
          "the name " + name + " belongs to the network that " + owner.getSimpleName() + " checks");
    }
    return new NetworkId(name, tap, weights);
  }

  /** Who alone may use a name, since measures are named after it. */
  static @Nullable Class<?> owner(String name) {
    return switch (name) {
      case FID_INCEPTION -> InceptionFeatureNetwork.class;
      case CMMD_CLIP -> ClipFeatureNetwork.class;
      default -> null;
    };
  }

  /** An identity from a checked network, or from a file. */
  static NetworkId known(String name, String tap, String weights) {
    return new NetworkId(name, tap, weights);
  }

  /**
   * Returns the name.
   *
   * @return such as {@code fid-inception-v3}
   */
  public String name() {
    return name;
  }

  /**
   * Returns the layer.
   *
   * @return such as {@code 2048}
   */
  public String tap() {
    return tap;
  }

  /**
   * Returns the hash of the weights.
   *
   * @return not blank
   */
  public String weights() {
    return weights;
  }

  /**
   * Tells whether distances of such features may be called FID.
   *
   * @return true for the last pooling of the FID network
   */
  public boolean isFid() {
    return name.equals(FID_INCEPTION) && tap.equals(FID_TAP);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkId id
        && id.name.equals(name)
        && id.tap.equals(tap)
        && id.weights.equals(weights);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, tap, weights);
  }

  @Override
  public String toString() {
    return name + ", tap " + tap;
  }
}
