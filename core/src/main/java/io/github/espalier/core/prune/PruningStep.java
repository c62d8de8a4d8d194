package io.github.espalier.core.prune;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.UniformAllocation;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import java.util.Optional;

/**
 * One step of a plan: which layers of a component are pruned, how, and how much. Immutable.
 *
 * @param component the part of the model
 * @param method how weights are chosen
 * @param sparsity share of the selected weights to prune; empty if the method brings masks
 * @param selection which layers of the component are pruned
 * @param pattern where zeros may fall
 * @param allocation how the sparsity is shared out among the layers
 * @param calibration statistics of the layers' inputs, for a method or an allocation that needs
 *     them
 */
public record PruningStep(
    Component component,
    PruningMethod method,
    Optional<Sparsity> sparsity,
    LayerSelection selection,
    SparsityPattern pattern,
    SparsityAllocation allocation,
    LayerStatistics calibration) {

  /**
   * Checks that the parts fit together.
   *
   * @param component the part of the model
   * @param method how weights are chosen
   * @param sparsity share of the selected weights to prune
   * @param selection which layers of the component are pruned
   * @param pattern where zeros may fall
   * @param allocation how the sparsity is shared out among the layers
   * @param calibration statistics of the layers' inputs
   * @throws IllegalArgumentException if the method does not support the pattern; if it ranks
   *     weights and there is no sparsity; if the pattern has zeros per group and the sparsity
   *     differs from theirs; or if the pattern leaves nothing for the allocation to share out
   */
  public PruningStep {
    method.requireSupport(pattern);
    boolean global = pattern.equals(SparsityPattern.GLOBAL);
    boolean ranks = method instanceof SaliencyMethod;
    if (global && !ranks) {
      throw new IllegalArgumentException(
          component + ": method " + method.name() + " cannot compare weights across layers");
    }
    if (ranks && sparsity.isEmpty()) {
      throw new IllegalArgumentException(
          component + ": method " + method.name() + " needs a sparsity");
    }
    if ((global || pattern instanceof Grouped) && !(allocation instanceof UniformAllocation)) {
      throw new IllegalArgumentException(
          component
              + ": pattern "
              + pattern.label()
              + " decides how sparse each layer is, so allocation "
              + allocation.name()
              + " has nothing to share out");
    }
    if (pattern instanceof Grouped grouped
        && sparsity.isPresent()
        && !sparsity.get().equals(grouped.sparsity())) {
      throw new IllegalArgumentException(
          component
              + ": pattern "
              + grouped.label()
              + " prunes "
              + grouped.sparsity()
              + " of every group, not "
              + sparsity.get());
    }
  }

  /**
   * Makes a step over every Linear of a component, with the method's own pattern and uniform
   * sparsity.
   *
   * @param component the part of the model
   * @param method how weights are chosen
   * @param sparsity share of the selected weights to prune
   * @return the step
   */
  public static PruningStep of(Component component, PruningMethod method, Sparsity sparsity) {
    return new PruningStep(
        component,
        method,
        Optional.of(sparsity),
        LayerSelection.LINEAR,
        method.defaultPattern(),
        new UniformAllocation(),
        LayerStatistics.NONE);
  }

  /**
   * Makes a step whose method knows what to prune, such as saved masks.
   *
   * @param component the part of the model
   * @param method brings the masks
   * @param selection the layers that it has masks for
   * @return the step
   * @throws IllegalArgumentException if the method ranks weights, and hence needs a sparsity
   */
  public static PruningStep ofMasks(
      Component component, PruningMethod method, LayerSelection selection) {
    return new PruningStep(
        component,
        method,
        Optional.empty(),
        selection,
        SparsityPattern.LAYER,
        new UniformAllocation(),
        LayerStatistics.NONE);
  }

  /**
   * Sets which layers are pruned.
   *
   * @param selection the selection
   * @return a changed copy
   */
  public PruningStep withSelection(LayerSelection selection) {
    return new PruningStep(
        component, method, sparsity, selection, pattern, allocation, calibration);
  }

  /**
   * Sets where zeros may fall.
   *
   * @param pattern the pattern
   * @return a changed copy
   * @throws IllegalArgumentException if it does not fit the method or the sparsity
   */
  public PruningStep withPattern(SparsityPattern pattern) {
    return new PruningStep(
        component, method, sparsity, selection, pattern, allocation, calibration);
  }

  /**
   * Sets how the sparsity is shared out among the layers.
   *
   * @param allocation the allocation
   * @return a changed copy
   * @throws IllegalArgumentException if the pattern leaves nothing to share out
   */
  public PruningStep withAllocation(SparsityAllocation allocation) {
    return new PruningStep(
        component, method, sparsity, selection, pattern, allocation, calibration);
  }

  /**
   * Sets what is known about the layers' inputs.
   *
   * @param statistics the layers' statistics
   * @return a changed copy
   */
  public PruningStep withCalibration(LayerStatistics statistics) {
    return new PruningStep(component, method, sparsity, selection, pattern, allocation, statistics);
  }
}
