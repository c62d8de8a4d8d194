package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;

/** Sees what layers are given. */
@FunctionalInterface
interface InputTap {
  /** Looks at nothing. */
  InputTap NONE = (layer, rows) -> {};

  /**
   * Called for each layer once a sentence.
   *
   * @param layer the layer
   * @param rows its input, a row each token; gone when this returns
   */
  void input(Layer layer, FloatMatrix rows);
}
