package io.github.espalier.core.prune;

import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import java.util.ArrayList;
import java.util.Comparator;
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
  /** The width of an input whose Gram matrix takes about 1 GiB in binary64. */
  private static final long WIDE = 11_585;

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

  /**
   * Deals groups out to jobs, the widest first, as they take longest. Groups whose Gram matrices
   * are so large that those of several at a time might not fit into memory are one job.
   */
  static List<List<List<LayerTask>>> jobs(List<List<LayerTask>> groups) {
    List<List<LayerTask>> wide = new ArrayList<>();
    List<List<List<LayerTask>>> jobs = new ArrayList<>();
    for (List<LayerTask> group : groups) {
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

  private static long width(List<LayerTask> group) {
    return group.get(0).layer().columns();
  }
}
