package io.github.espalier.core.method;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer to be pruned, as a method sees it.
 *
 * @param layer what the layer is
 * @param data its weights as stored
 * @param sparsity share to prune
 * @param pattern where zeros may fall
 * @param calibration statistics of the model's layers
 * @param scope owns the native arrays made for this layer; closed once the outcome was written
 * @param memo what was derived from the statistics of the layer's input, shared with other layers
 *     that have the same input
 */
public record LayerContext(
    Layer layer,
    TensorData data,
    Sparsity sparsity,
    SparsityPattern pattern,
    LayerStatistics calibration,
    TensorScope scope,
    InputMemo memo) {

  /**
   * Makes a context that shares nothing with other layers.
   *
   * @param layer what the layer is
   * @param data its weights as stored
   * @param sparsity share to prune
   * @param pattern where zeros may fall
   * @param calibration statistics of the model's layers
   * @param scope owns the native arrays made for this layer
   */
  public LayerContext(
      Layer layer,
      TensorData data,
      Sparsity sparsity,
      SparsityPattern pattern,
      LayerStatistics calibration,
      TensorScope scope) {
    this(layer, data, sparsity, pattern, calibration, scope, InputMemo.in(scope));
  }

  /**
   * Makes a context without calibration.
   *
   * @param layer what the layer is
   * @param data its weights as stored
   * @param sparsity share to prune
   * @param pattern where zeros may fall
   * @param scope owns the native arrays made for this layer
   */
  public LayerContext(
      Layer layer, TensorData data, Sparsity sparsity, SparsityPattern pattern, TensorScope scope) {
    this(layer, data, sparsity, pattern, LayerStatistics.NONE, scope);
  }

  /**
   * Returns what calibration learned about the layer's input.
   *
   * @param need what they must have
   * @return statistics as wide as the weight matrix has columns, whose memory the scope owns
   * @throws PruningException if the layer was not calibrated, or with less or other inputs than
   *     that
   * @throws IOException if reading fails
   */
  public InputStatistics statistics(StatisticsNeed need) throws IOException {
    InputStatistics found =
        calibration
            .of(layer, scope)
            .orElseThrow(
                () ->
                    new PruningException(
                        layer, "was not calibrated; calibrate the model with this layer"));
    if (!need.isMetBy(found)) {
      throw new PruningException(
          layer, "was calibrated without Gram matrix, which the method needs; calibrate it anew");
    }
    if (found.width() != columns()) {
      throw new PruningException(
          layer,
          "has "
              + columns()
              + " inputs, but its statistics are of "
              + found.width()
              + "; they belong to another model");
    }
    return found;
  }

  /**
   * Reads the weights as a matrix of outputs by inputs.
   *
   * @return a new {@code FLOAT} array of {@code [rows, columns]} that the scope owns; the method
   *     may change it
   * @throws IOException if reading fails
   */
  public INDArray weights() throws IOException {
    return scope.floats(data, layer.rows(), layer.columns());
  }

  /**
   * Returns the number of outputs.
   *
   * @return rows of the weight matrix
   */
  public long rows() {
    return layer.rows();
  }

  /**
   * Returns the number of inputs.
   *
   * @return columns of the weight matrix
   */
  public long columns() {
    return layer.columns();
  }
}
