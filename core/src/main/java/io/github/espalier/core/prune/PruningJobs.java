package io.github.espalier.core.prune;

import io.github.espalier.core.calibration.StatisticsNeed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides the layers of a run among its threads.
 *
 * <p>Layers with the same input are pruned in succession by one thread, so that what is derived
 * from its statistics is held for one input a thread. Only Gram matrices are worth that.
 */
final class PruningJobs {
  private PruningJobs() {}

  private record SharedInput(PruningStep step, String name) {
    static SharedInput of(LayerTask task) {
      PruningStep step = task.step();
      return new SharedInput(
          step,
          step.method().needs() == StatisticsNeed.GRAM
              ? step.calibration().input(task.layer())
              : task.layer().qualifiedName());
    }
  }

  /**
   * Deals tasks out to jobs that may run at the same time as far as {@link StatisticsMemory} lets
   * them, those of the widest inputs first, as they take longest.
   *
   * @return for each job its tasks, which share an input
   */
  static List<List<LayerTask>> of(List<LayerTask> tasks) {
    List<List<LayerTask>> jobs = new ArrayList<>(byInput(tasks));
    jobs.sort(Comparator.comparingLong(job -> -width(job) * job.size()));
    return jobs;
  }

  /** Groups tasks by input, in the order of each group's first task. */
  private static List<List<LayerTask>> byInput(List<LayerTask> tasks) {
    Map<SharedInput, List<LayerTask>> groups = new LinkedHashMap<>();
    for (LayerTask task : tasks) {
      groups.computeIfAbsent(SharedInput.of(task), any -> new ArrayList<>()).add(task);
    }
    return List.copyOf(groups.values());
  }

  private static long width(List<LayerTask> group) {
    return group.get(0).layer().columns();
  }
}
