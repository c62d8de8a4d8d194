package io.github.espalier.core.allocation;

import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.util.List;

/**
 * Shares out a component's sparsity among its layers.
 *
 * <p>Implementations are immutable and found by name through {@link java.util.ServiceLoader}, as
 * pruning methods are.
 */
public interface SparsityAllocation {
  /**
   * Returns the name by which command lines and reports refer to this allocation.
   *
   * @return lower-case letters, digits and dashes, such as {@code uniform}
   */
  String name();

  /**
   * Returns what the allocation must know about the layers' inputs.
   *
   * @return nothing unless overridden
   */
  default StatisticsNeed needs() {
    return StatisticsNeed.NONE;
  }

  /**
   * Chooses each layer's sparsity.
   *
   * @param layers the selected layers of one component, and their weights; may be empty
   * @param budget sparsity that they should have together
   * @return a sparsity for each layer, in the same order, whose mean weighted by parameters is the
   *     budget; the pruner does not check this, but its report shows what came of it
   * @throws IOException if weights cannot be read
   */
  List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget) throws IOException;

  /**
   * A layer with its weights.
   *
   * @param layer what the layer is
   * @param data its weights as stored
   * @param calibration statistics of the model's layers
   */
  record WeightedLayer(Layer layer, TensorData data, LayerStatistics calibration) {
    /**
     * Makes a layer without calibration.
     *
     * @param layer what the layer is
     * @param data its weights as stored
     */
    public WeightedLayer(Layer layer, TensorData data) {
      this(layer, data, LayerStatistics.NONE);
    }
  }
}
