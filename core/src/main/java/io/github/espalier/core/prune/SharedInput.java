package io.github.espalier.core.prune;

import io.github.espalier.core.calibration.StatisticsNeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An input that layers of a step share.
 *
 * <p>Layers with the same input are pruned in succession by one thread, so that what is derived
 * from its statistics is held for one input a thread. Only Gram matrices are worth that.
 */
record SharedInput(PruningStep step, String name) {
  private static SharedInput of(LayerTask task) {
    PruningStep step = task.step();
    return new SharedInput(
        step,
        step.method().needs() == StatisticsNeed.GRAM
            ? step.calibration().input(task.layer())
            : task.layer().qualifiedName());
  }

  /** Groups tasks by input, in the order of each group's first task. */
  static List<List<LayerTask>> group(List<LayerTask> tasks) {
    Map<SharedInput, List<LayerTask>> groups = new LinkedHashMap<>();
    for (LayerTask task : tasks) {
      groups.computeIfAbsent(of(task), any -> new ArrayList<>()).add(task);
    }
    return List.copyOf(groups.values());
  }
}
