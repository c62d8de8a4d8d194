package io.github.espalier.examples.study.cluster;

import io.github.espalier.examples.study.run.StudyOptions;
import java.util.Optional;

/**
 * How a study is carried out on a cluster; of no effect on its result. Immutable.
 *
 * @param master which cluster, such as {@code local[*]} or {@code spark://host:7077}; if empty,
 *     what the cluster's own settings say
 * @param partitions into how many ranges the images of a configuration are divided; if empty, as it
 *     suits the cluster
 * @param threads of each machine; if empty, all that a machine gives
 * @param study batch and images that are kept, and the threads where the study is started
 */
public record ClusterOptions(
    Optional<String> master,
    Optional<Integer> partitions,
    Optional<Integer> threads,
    StudyOptions study) {
  /**
   * Checks the numbers.
   *
   * @param master which cluster
   * @param partitions into how many ranges images are divided
   * @param threads of each machine
   * @param study batch and images that are kept
   * @throws IllegalArgumentException if a number is less than 1
   */
  public ClusterOptions {
    if (partitions.orElse(1) < 1 || threads.orElse(1) < 1) {
      throw new IllegalArgumentException("partitions and threads must be at least 1");
    }
  }
}
