package io.github.espalier.core.calibration;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.Optional;

/** Where the statistics of a model's layers are. Safe for use by many threads. */
@FunctionalInterface
public interface LayerStatistics {
  /** Knows nothing about any layer. */
  LayerStatistics NONE = (layer, scope) -> Optional.empty();

  /**
   * Finds the statistics of a layer's input.
   *
   * @param layer the layer
   * @param scope owns the native memory of what is returned
   * @return the statistics; empty if the layer was not calibrated
   * @throws IOException if they cannot be read
   */
  Optional<InputStatistics> of(Layer layer, TensorScope scope) throws IOException;

  /**
   * Names the input of a layer. What is derived from an input's statistics is computed once for all
   * layers that are pruned with it.
   *
   * @param layer the layer
   * @return the same name for layers whose statistics are the same, and another for all others; the
   *     layer's own unless overridden
   */
  default String input(Layer layer) {
    return layer.qualifiedName();
  }
}
