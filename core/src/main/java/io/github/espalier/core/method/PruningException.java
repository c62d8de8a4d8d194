package io.github.espalier.core.method;

import io.github.espalier.core.model.Layer;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A layer's numbers do not allow what was asked. The message names the layer and a remedy. */
public final class PruningException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient @Nullable Layer layer;

  /**
   * Reports a layer.
   *
   * @param layer the layer at fault
   * @param problem what is wrong and what can be done
   */
  public PruningException(Layer layer, String problem) {
    super(layer.qualifiedName() + ": " + problem);
    this.layer = layer;
  }

  /**
   * Reports a layer, and what revealed the problem.
   *
   * @param layer the layer at fault
   * @param problem what is wrong and what can be done
   * @param cause what revealed it
   */
  public PruningException(Layer layer, String problem, Throwable cause) {
    super(layer.qualifiedName() + ": " + problem, cause);
    this.layer = layer;
  }

  /**
   * Reports infinite or undefined weights.
   *
   * @param layer the layer at fault
   * @param cause says how many there are
   * @return the exception
   */
  public static PruningException nonFinite(Layer layer, ArithmeticException cause) {
    return new PruningException(
        layer,
        cause.getMessage() + "; repair the checkpoint, or leave this layer out of the selection",
        cause);
  }

  /**
   * Returns the layer at fault.
   *
   * @return the layer, or null after deserialisation
   */
  public @Nullable Layer layer() {
    return layer;
  }
}
