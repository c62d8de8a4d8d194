package io.github.espalier.examples.study.run;

import com.google.common.collect.ImmutableList;
import io.github.espalier.examples.study.plan.Configuration;
import java.util.List;

/**
 * The images of a configuration that are missing. Immutable.
 *
 * @param configuration how the checkpoint is pruned
 * @param checkpointHash what identifies the checkpoint, which takes long to find out
 * @param ranges of images, none of which overlap; each can be evaluated on another machine
 */
public record RangeJob(
    Configuration configuration, String checkpointHash, List<ImageRange> ranges) {
  /**
   * Copies the list.
   *
   * @param configuration how the checkpoint is pruned
   * @param checkpointHash what identifies the checkpoint
   * @param ranges of images
   */
  public RangeJob {
    ranges = ImmutableList.copyOf(ranges);
  }
}
