package io.github.espalier.core.prune;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.report.SkippedLayer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.text.NearestNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A plan applied to a model: the layers of each step, and those that no step selects. */
record ResolvedPlan(List<List<LayerTask>> steps, List<SkippedLayer> skipped) {

  List<LayerTask> tasks() {
    return steps.stream().flatMap(List::stream).toList();
  }

  /** Finds each step's layers; everything that can be wrong with a plan is found here. */
  static ResolvedPlan of(PruningPlan plan, PrunableModel model, Workers workers)
      throws IOException {
    List<List<LayerTask>> steps = new ArrayList<>();
    Map<Layer, String> skipReasons = new HashMap<>();
    Set<Layer> selected = new HashSet<>();
    Set<Component> components = new HashSet<>();
    for (PruningStep step : plan.steps()) {
      components.add(step.component());
      requireCalibration(step);
      step.selection().requireNamesIn(model.layers());
      List<Layer> candidates = layersOf(model, step.component());
      List<Layer> fitting = new ArrayList<>();
      for (Layer layer : step.selection().selectFrom(candidates)) {
        if (!selected.add(layer)) {
          throw new IllegalArgumentException(
              "layer " + layer.qualifiedName() + " is selected by two steps of the plan");
        }
        Optional<String> misfit = misfit(step, layer);
        if (misfit.isPresent()) {
          skipReasons.put(layer, misfit.get());
        } else {
          fitting.add(layer);
        }
      }
      steps.add(tasks(step, fitting, model, workers));
      for (Layer layer : candidates) {
        skipReasons.putIfAbsent(layer, "not selected by " + step.selection().description());
      }
    }
    Set<Layer> pruned = new HashSet<>();
    steps.forEach(tasks -> tasks.forEach(task -> pruned.add(task.layer())));
    List<SkippedLayer> skipped = new ArrayList<>();
    for (Layer layer : model.layers()) {
      if (components.contains(layer.component())
          && layer.kind().isWeight()
          && !pruned.contains(layer)) {
        skipped.add(
            new SkippedLayer(
                layer.component(),
                layer.name(),
                layer.kind(),
                layer.shape(),
                skipReasons.getOrDefault(layer, "not selected")));
      }
    }
    return new ResolvedPlan(steps, skipped);
  }

  private static void requireCalibration(PruningStep step) {
    if (step.calibration() != LayerStatistics.NONE) {
      return;
    }
    if (step.method().needs() != StatisticsNeed.NONE) {
      throw new IllegalArgumentException(
          step.component()
              + ": method "
              + step.method().name()
              + " needs statistics of a calibration");
    }
    if (step.allocation().needs() != StatisticsNeed.NONE) {
      throw new IllegalArgumentException(
          step.component()
              + ": allocation "
              + step.allocation().name()
              + " needs statistics of a calibration");
    }
  }

  private static List<Layer> layersOf(PrunableModel model, Component component) {
    List<Layer> layers =
        model.layers().stream().filter(layer -> layer.component().equals(component)).toList();
    if (layers.isEmpty()) {
      List<String> names =
          model.layers().stream().map(layer -> layer.component().name()).distinct().toList();
      throw new IllegalArgumentException(
          model.source()
              + " has no component '"
              + component
              + "'; it has: "
              + NearestNames.list(component.name(), names));
    }
    return layers;
  }

  private static Optional<String> misfit(PruningStep step, Layer layer) {
    if (!layer.dtype().isPrunable()) {
      throw new IllegalArgumentException(
          "layer "
              + layer.qualifiedName()
              + " has type "
              + layer.dtype()
              + ", which cannot be pruned; expected F16, BF16, F32 or F64");
    }
    if (!(step.pattern() instanceof Grouped grouped)) {
      return Optional.empty();
    }
    Optional<String> misfit = grouped.misfit(layer.shape());
    if (misfit.isPresent() && grouped.incomplete() == IncompleteGroup.REFUSE) {
      throw new IllegalArgumentException(
          "layer " + layer.qualifiedName() + " " + layer.shape() + ": " + misfit.get());
    }
    return misfit;
  }

  private static List<LayerTask> tasks(
      PruningStep step, List<Layer> layers, PrunableModel model, Workers workers)
      throws IOException {
    List<TensorData> data = layers.stream().map(model::weights).toList();
    List<WeightedLayer> weighted = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      weighted.add(
          new WeightedLayer(
              layers.get(i), new WatchedTensor(data.get(i), workers::check), step.calibration()));
    }
    Sparsity budget =
        step.pattern() instanceof Grouped grouped
            ? grouped.sparsity()
            : step.sparsity().orElse(Sparsity.ZERO);
    List<Sparsity> sparsities =
        workers.call(() -> step.allocation().allocate(List.copyOf(weighted), budget));
    if (sparsities.size() != layers.size()) {
      throw new IllegalStateException(
          "allocation "
              + step.allocation().name()
              + " gave "
              + sparsities.size()
              + " sparsities for "
              + layers.size()
              + " layers");
    }
    requireBudget(step.allocation(), layers, sparsities, budget);
    List<LayerTask> tasks = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      tasks.add(new LayerTask(step, layers.get(i), data.get(i), sparsities.get(i)));
    }
    return tasks;
  }

  /** Rounding to whole weights may cost one in each layer. */
  private static void requireBudget(
      SparsityAllocation allocation,
      List<Layer> layers,
      List<Sparsity> sparsities,
      Sparsity budget) {
    long pruned = 0;
    long total = 0;
    for (int i = 0; i < layers.size(); i++) {
      pruned += sparsities.get(i).countOf(layers.get(i).parameters());
      total += layers.get(i).parameters();
    }
    long wanted = budget.countOf(total);
    if (allocation.meetsBudget() && Math.abs(pruned - wanted) > layers.size()) {
      throw new IllegalStateException(
          "allocation "
              + allocation.name()
              + " prunes "
              + pruned
              + " of "
              + total
              + " weights, but the budget of "
              + budget
              + " is "
              + wanted);
    }
  }
}
