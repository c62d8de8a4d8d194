package io.github.espalier.examples.bench;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What a benchmark measured.
 *
 * @param source the checkpoint
 * @param components what was pruned, and how
 * @param files how many files were copied and pruned
 * @param bytes their size
 * @param selected number of weights that pruning chose from
 * @param zeros number of these that were zero afterwards
 * @param threads threads that pruned
 * @param runs how often each was timed
 * @param timings one for each way to store
 * @param memory the most memory that was resident
 * @param machine where it ran
 */
public record BenchmarkResult(
    String source,
    List<String> components,
    int files,
    long bytes,
    long selected,
    long zeros,
    int threads,
    int runs,
    List<Timing> timings,
    Memory memory,
    Machine machine) {
  /**
   * Copies the lists.
   *
   * @param source the checkpoint
   * @param components what was pruned, and how
   * @param files how many files were copied and pruned
   * @param bytes their size
   * @param selected number of weights that pruning chose from
   * @param zeros number of these that were zero afterwards
   * @param threads threads that pruned
   * @param runs how often each was timed
   * @param timings one for each way to store
   * @param memory the most memory that was resident
   * @param machine where it ran
   */
  public BenchmarkResult {
    components = ImmutableList.copyOf(components);
    timings = ImmutableList.copyOf(timings);
  }
}
