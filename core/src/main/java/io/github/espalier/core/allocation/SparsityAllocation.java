package io.github.espalier.core.allocation;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
   * Returns the allocation's settings for reports.
   *
   * @return such as {@code lambda 0.08, m 7}; empty if there are none
   */
  default String settings() {
    return "";
  }

  /**
   * Returns where the rule comes from, for command lines and their help.
   *
   * @return authors, title, place and year, in one line without a full stop; empty unless
   *     overridden
   */
  default String source() {
    return "";
  }

  /**
   * Returns name and settings, as reports show them.
   *
   * @return such as {@code owl (lambda 0.08, m 7)}; the name alone if there are no settings
   */
  default String label() {
    return settings().isEmpty() ? name() : name() + " (" + settings() + ")";
  }

  /**
   * Describes the settings that {@link #with} changes, for command lines and their help.
   *
   * @return what each setting may be, by its name; empty if there are none
   */
  default Map<String, String> options() {
    return Map.of();
  }

  /**
   * Changes a setting that a command line gives as text.
   *
   * @param option name of the setting, such as {@code lambda}
   * @param value its value
   * @return an allocation with that setting
   * @throws IllegalArgumentException if there is no such setting, or the value is not allowed; the
   *     message lists what is
   */
  default SparsityAllocation with(String option, String value) {
    throw new IllegalArgumentException(
        "allocation "
            + name()
            + " has no option '"
            + option
            + "'"
            + (options().isEmpty()
                ? ""
                : "; it has: " + String.join(", ", new TreeMap<>(options()).keySet())));
  }

  /**
   * Tells whether the layers' sparsities together are the budget. A rule that repeats published
   * code, departures included, may say no.
   *
   * @return true unless overridden; the pruner then refuses sparsities that miss the budget by more
   *     than one weight for each layer
   */
  default boolean meetsBudget() {
    return true;
  }

  /**
   * Returns what the allocation must know about the layers' inputs.
   *
   * @return nothing unless overridden
   */
  default StatisticsNeed needs() {
    return StatisticsNeed.NONE;
  }

  /**
   * Returns this allocation with statistics of its own, instead of those that a method prunes from.
   * Layers that are pruned from the statistics of a sequential calibration, for example, may have
   * shares that were chosen from those of the dense model.
   *
   * @param calibration statistics of the model's layers; open while the allocation is in use
   * @return a changed copy, which needs no others
   */
  default SparsityAllocation on(LayerStatistics calibration) {
    return new CalibratedAllocation(this, calibration);
  }

  /**
   * Chooses each layer's sparsity.
   *
   * @param layers the selected layers of one component, and their weights; may be empty
   * @param budget sparsity that they should have together
   * @return a sparsity for each layer, in the same order, whose mean weighted by parameters is the
   *     budget: see {@link #meetsBudget}, and {@link BudgetShares} for ways to get there
   * @throws PruningException if a layer's weights or statistics do not allow it
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

    /**
     * Returns what calibration learned about the layer's input.
     *
     * @param need what they must have
     * @param scope owns their memory
     * @return statistics as wide as the weight matrix has columns
     * @throws PruningException if the layer was not calibrated, or with less or other inputs than
     *     that
     * @throws IOException if reading fails
     */
    public InputStatistics statistics(StatisticsNeed need, TensorScope scope) throws IOException {
      return new LayerContext(layer, data, Sparsity.ZERO, SparsityPattern.LAYER, calibration, scope)
          .statistics(need);
    }
  }
}
