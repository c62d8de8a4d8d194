package io.github.espalier.sd2.calibration;

import com.google.common.collect.ImmutableSortedMap;
import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.prune.LayerPruner;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How layers are pruned while calibrating, so that those after them see what they will see once the
 * model is pruned. Immutable.
 *
 * <p>Pruning the model from the statistics afterwards, with the same method, sparsity and pattern,
 * gives the same weights as were used here.
 *
 * @param method how weights are chosen
 * @param sparsity share of each layer's weights to prune
 * @param pattern where zeros may fall
 * @param exceptions sparsities of single layers by qualified name, as an allocation shares them out
 */
public record InMemoryPruning(
    PruningMethod method,
    Sparsity sparsity,
    SparsityPattern pattern,
    Map<String, Sparsity> exceptions) {
  /** In a description, between what all layers share and their own sparsities. */
  static final String SHARED_OUT = ", shared out: ";

  /**
   * Checks that the parts fit together.
   *
   * @param method how weights are chosen
   * @param sparsity share of each layer's weights to prune
   * @param pattern where zeros may fall
   * @param exceptions sparsities of single layers by qualified name
   * @throws IllegalArgumentException if the method does not support the pattern, the pattern
   *     compares layers with each other, or it prunes another share than the sparsity
   */
  public InMemoryPruning {
    method.requireSupport(pattern);
    exceptions = ImmutableSortedMap.copyOf(exceptions);
    if (pattern.equals(SparsityPattern.GLOBAL)) {
      throw new IllegalArgumentException(
          "pattern "
              + pattern.label()
              + " compares all layers, but calibration prunes one after another");
    }
    if (pattern instanceof Grouped grouped
        && !(sparsity.equals(grouped.sparsity()) && exceptions.isEmpty())) {
      throw new IllegalArgumentException(
          "pattern " + grouped.label() + " prunes " + grouped.sparsity() + " of every layer");
    }
  }

  /**
   * Prunes every layer by the same share.
   *
   * @param method how weights are chosen
   * @param sparsity share of each layer's weights to prune
   * @return the pruning, by the method's own pattern
   */
  public static InMemoryPruning of(PruningMethod method, Sparsity sparsity) {
    return new InMemoryPruning(method, sparsity, method.defaultPattern(), Map.of());
  }

  /**
   * Sets the pattern.
   *
   * @param value where zeros may fall
   * @return a changed copy
   * @throws IllegalArgumentException if it does not fit the other parts
   */
  public InMemoryPruning withPattern(SparsityPattern value) {
    return new InMemoryPruning(method, sparsity, value, exceptions);
  }

  /**
   * Sets the sparsities of single layers.
   *
   * @param value sparsities by qualified name
   * @return a changed copy
   * @throws IllegalArgumentException if the pattern decides them
   */
  public InMemoryPruning withExceptions(Map<String, Sparsity> value) {
    return new InMemoryPruning(method, sparsity, pattern, value);
  }

  /**
   * Shares the sparsity out among layers.
   *
   * @param allocation how
   * @param model an open model
   * @param layers layers of one component, all that are to be pruned
   * @return a changed copy
   * @throws IllegalArgumentException if the pattern decides the layers' sparsities
   * @throws io.github.espalier.core.method.PruningException if a layer's weights or statistics do
   *     not allow it
   * @throws IOException if weights or statistics cannot be read
   */
  public InMemoryPruning withAllocation(
      SparsityAllocation allocation, PrunableModel model, List<Layer> layers) throws IOException {
    List<Sparsity> shares =
        allocation.allocate(
            layers.stream().map(each -> new WeightedLayer(each, model.weights(each))).toList(),
            sparsity);
    Map<String, Sparsity> own = new TreeMap<>();
    for (int i = 0; i < shares.size(); i++) {
      own.put(layers.get(i).qualifiedName(), shares.get(i));
    }
    return withExceptions(own);
  }

  /** Finds layers that the groups do not fill, where the pattern refuses them. */
  void requireFit(Collection<Layer> layers) {
    for (Layer layer : layers) {
      Optional<String> misfit = misfit(layer);
      if (misfit.isPresent() && ((Grouped) pattern).incomplete() == IncompleteGroup.REFUSE) {
        throw new IllegalArgumentException(
            "layer " + layer.qualifiedName() + " " + layer.shape() + ": " + misfit.get());
      }
    }
  }

  private Optional<String> misfit(Layer layer) {
    return pattern instanceof Grouped grouped ? grouped.misfit(layer.shape()) : Optional.empty();
  }

  /**
   * Prunes a layer of the model; the weights as they are if the pattern passes it over.
   *
   * @param memo of the layer's input
   */
  TensorData prune(PrunableModel model, Layer layer, LayerStatistics statistics, InputMemo memo)
      throws IOException {
    TensorData dense = model.weights(layer);
    if (misfit(layer).isPresent()) {
      return dense;
    }
    Sparsity own = exceptions.getOrDefault(layer.qualifiedName(), sparsity);
    try (TensorScope scope = new TensorScope()) {
      return LayerPruner.prune(
          method, new LayerContext(layer, dense, own, pattern, statistics, scope, memo));
    }
  }

  String describe() {
    return describe(method, sparsity, pattern)
        + (exceptions.isEmpty() ? "" : SHARED_OUT + exceptions);
  }

  static String describe(PruningMethod method, Sparsity sparsity, SparsityPattern pattern) {
    return method.name()
        + " ("
        + method.settings()
        + "), "
        + sparsity
        + ", "
        + pattern.label()
        + " "
        + pattern;
  }
}
