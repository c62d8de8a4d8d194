package io.github.espalier.examples.study.cluster;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.StudyListener;
import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Carries out studies on a cluster. Implementations have a public constructor without arguments.
 */
public interface ClusterRunner {
  /**
   * Carries out a study, or goes on with one, as {@link
   * io.github.espalier.examples.study.run.RangeStudy} says.
   *
   * @param checkpoint a folder in the diffusers layout; this, the plan's files and the study's
   *     folder have the same names on all machines
   * @param variant of the checkpoint's files, such as {@code fp16}; empty for the plain ones
   * @param plan what is done
   * @param folder what is kept
   * @param options how the work is done
   * @param listener hears how far it is
   * @param cancellation stops the work
   * @return what came out, equal to what a single machine finds
   * @throws IllegalArgumentException if the plan does not fit the checkpoint
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException if the cluster fails, or as for {@link
   *     io.github.espalier.examples.study.run.RangeStudy#run}
   */
  StudyResult run(
      Path checkpoint,
      String variant,
      StudyPlan plan,
      Path folder,
      ClusterOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException;
}
