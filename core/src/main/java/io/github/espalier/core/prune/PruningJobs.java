package io.github.espalier.core.prune;

import io.github.espalier.core.calibration.LayerStatistics;
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
  /** The width of an input whose Gram matrix takes about 1 GiB in binary64. */
  private static final long WIDE = 11_585;

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
   * Deals tasks out to jobs that may run at the same time, those of the widest inputs first, as
   * they take longest. Inputs whose Gram matrices are so large that several at a time might not fit
   * into memory are one job.
   *
   * @return for each job its groups of tasks; those of a group share an input
   */
  static List<List<List<LayerTask>>> of(List<LayerTask> tasks) {
    List<List<LayerTask>> wide = new ArrayList<>();
    List<List<List<LayerTask>>> jobs = new ArrayList<>();
    for (List<LayerTask> group : byInput(tasks)) {
      boolean calibrated = group.get(0).step().calibration() != LayerStatistics.NONE;
      if (calibrated && width(group) > WIDE) {
        wide.add(group);
      } else {
        jobs.add(List.of(group));
      }
    }
    jobs.sort(Comparator.comparingLong(job -> -width(job.get(0)) * job.get(0).size()));
    if (!wide.isEmpty()) {
      jobs.add(0, wide);
    }
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
