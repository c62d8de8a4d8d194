package io.github.espalier.examples.spark;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.cluster.ClusterOptions;
import io.github.espalier.examples.study.cluster.ClusterRunner;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.RangeStudy;
import io.github.espalier.examples.study.run.StudyListener;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Carries out studies on Apache Spark. Tasks are ranges of images; an executor holds the judges and
 * one pruned model, which it makes when the first task of a configuration comes. Results do not
 * depend on how images are divided, nor on tasks that failed and were tried again.
 *
 * <p>Checkpoint, plan, judges and the study's folder must be on a file system that all machines
 * share. Immutable; one study at a time in a virtual machine.
 */
public final class SparkRunner implements ClusterRunner {
  /** For each executor core, so that few cores wait for the last task of a configuration. */
  private static final int TASKS_PER_CORE = 4;

  /** More would have to be made anew if one is lost. */
  private static final int MOST_IMAGES = 64;

  /** Makes a runner. */
  public SparkRunner() {}

  @Override
  public StudyResult run(
      Path checkpoint,
      String variant,
      StudyPlan plan,
      Path folder,
      ClusterOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    try (Sd2Checkpoint opened = Sd2Checkpoint.open(checkpoint, variant);
        JavaSparkContext context = new JavaSparkContext(SparkSettings.of(options))) {
      String json = AbsolutePaths.of(plan).toJson();
      int threads = options.threads().orElse(context.isLocal() ? context.defaultParallelism() : 0);
      StudyOptions study = options.study();
      SparkRanges ranges =
          new SparkRanges(
              context,
              hash ->
                  new StudyShare(
                      checkpoint.toAbsolutePath().toString(),
                      variant,
                      hash,
                      json,
                      folder.toAbsolutePath().toString(),
                      threads,
                      study.batch(),
                      study.keepImages()),
              cancellation);
      int partitions =
          options
              .partitions()
              .orElseGet(
                  () ->
                      Math.max(
                          TASKS_PER_CORE * context.defaultParallelism(),
                          plan.images() / MOST_IMAGES));
      try {
        return RangeStudy.run(
            opened, plan, folder, study, partitions, ranges, listener, cancellation);
      } finally {
        if (context.isLocal()) {
          ExecutorModel.close();
        }
      }
    }
  }
}
