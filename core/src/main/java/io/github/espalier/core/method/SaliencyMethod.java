package io.github.espalier.core.method;

import io.github.espalier.core.selection.FloatKeys;
import io.github.espalier.core.selection.NonFiniteException;
import io.github.espalier.core.selection.SaliencyKeys;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.selection.Selector;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.NdArrays;
import java.io.IOException;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A method that gives each weight a saliency, and prunes the least salient.
 *
 * <p>A complete method is as short as this:
 *
 * <pre>{@code
 * public final class Random implements SaliencyMethod {
 *   public String name() {
 *     return "random";
 *   }
 *
 *   public INDArray saliency(LayerContext layer) {
 *     return layer.scope().own(Nd4j.rand(layer.rows(), layer.columns()));
 *   }
 * }
 * }</pre>
 */
public interface SaliencyMethod extends PruningMethod {
  /**
   * Computes how much each weight matters.
   *
   * @param layer the layer and its weights
   * @return numbers of shape {@code [rows, columns]}, finite, larger for weights that matter more;
   *     an array that {@code layer.scope()} owns, or one of the caller's that outlives the scope
   * @throws IOException if weights cannot be read
   */
  INDArray saliency(LayerContext layer) throws IOException;

  /**
   * Returns the saliencies as keys. The default takes them from {@link #saliency}; a method that
   * can rank weights without converting them overrides it.
   *
   * @param layer the layer and its weights
   * @return keys, valid while {@code layer.scope()} is open
   * @throws IllegalStateException if {@link #saliency} gave an array of another shape than it
   *     should
   * @throws IOException if weights cannot be read
   */
  default SaliencyKeys keys(LayerContext layer) throws IOException {
    INDArray saliency = saliency(layer);
    if (!Arrays.equals(saliency.shape(), new long[] {layer.rows(), layer.columns()})) {
      throw new IllegalStateException(
          "method "
              + name()
              + " gave saliencies of shape "
              + Arrays.toString(saliency.shape())
              + " for layer "
              + layer.layer().qualifiedName()
              + ", a matrix of "
              + layer.rows()
              + " by "
              + layer.columns());
    }
    return FloatKeys.of(layer.layer().shape(), NdArrays.contiguous(saliency, layer.scope()));
  }

  /**
   * Returns the rule that turns a sparsity into a number of weights.
   *
   * @return {@link SelectionRule#EXACT} unless overridden
   */
  default SelectionRule rule() {
    return SelectionRule.EXACT;
  }

  @Override
  default void requireSupport(SparsityPattern pattern) {
    rule().requireSupport(pattern);
  }

  @Override
  default Outcome prune(LayerContext layer) throws IOException {
    try {
      return Outcome.of(Selector.select(keys(layer), layer.sparsity(), layer.pattern(), rule()));
    } catch (NonFiniteException e) {
      throw PruningException.nonFinite(layer.layer(), e);
    }
  }
}
