package io.github.espalier.core.method;

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
 * @param scope owns the native arrays made for this layer; closed once the outcome was written
 */
public record LayerContext(
    Layer layer, TensorData data, Sparsity sparsity, SparsityPattern pattern, TensorScope scope) {

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
