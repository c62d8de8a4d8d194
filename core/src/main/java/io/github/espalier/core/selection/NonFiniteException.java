package io.github.espalier.core.selection;

import java.io.Serial;

/**
 * Weights or saliencies of a layer hold an infinity or NaN, which have no rank. The message counts
 * them.
 */
public final class NonFiniteException extends ArithmeticException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient int layer;

  /**
   * Reports a layer.
   *
   * @param layer index among the layers that were compared
   */
  NonFiniteException(int layer, long count, long total) {
    super(
        count
            + " of "
            + total
            + " values "
            + (count == 1 ? "is" : "are")
            + " infinite or NaN and cannot be ranked");
    this.layer = layer;
  }

  /**
   * Returns the layer at fault, the first if there are several.
   *
   * @return its index in the list that was given to {@link Selector}; 0 if it was a single layer
   */
  public int layer() {
    return layer;
  }
}
