package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.Layer;
import java.util.List;

/**
 * Layers that share their input, and hence their statistics.
 *
 * @param layers in the order in which the network runs them
 * @param isContext whether the input is the text states that a U-Net attends to
 */
record InputGroup(List<Layer> layers, boolean isContext) {
  InputGroup {
    layers = List.copyOf(layers);
  }

  /** The first of the layers, which the sums are named after. */
  Layer leader() {
    return layers.get(0);
  }

  int width() {
    return Math.toIntExact(leader().columns());
  }
}
