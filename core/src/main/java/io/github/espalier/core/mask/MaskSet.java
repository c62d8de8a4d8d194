package io.github.espalier.core.mask;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import java.util.Optional;

/**
 * The masks of a model's layers by layer name. Immutable.
 *
 * @param masks one mask for each layer that has one
 */
public record MaskSet(Map<String, Mask> masks) {
  /**
   * Copies the map.
   *
   * @param masks one mask for each layer that has one
   */
  public MaskSet {
    masks = ImmutableSortedMap.copyOf(masks);
  }

  /**
   * Finds a layer's mask.
   *
   * @param layer name of the layer
   * @return its mask, or empty if there is none
   */
  public Optional<Mask> of(String layer) {
    return Optional.ofNullable(masks.get(layer));
  }
}
