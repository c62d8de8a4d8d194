package io.github.espalier.examples.spark;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.run.ImageRange;
import io.github.espalier.examples.study.run.RangeJob;
import io.github.espalier.examples.study.run.RangeResult;
import io.github.espalier.examples.study.run.RangeRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * Has ranges evaluated by Spark, a task for each. A task that fails, or whose executor is lost, is
 * tried again by Spark; its result counts once. For one thread.
 *
 * @param context the cluster
 * @param study what tasks have in common, by the checkpoint's hash
 * @param cancellation stops the work
 */
record SparkRanges(
    JavaSparkContext context, Function<String, StudyShare> study, Cancellation cancellation)
    implements RangeRunner {
  private static final long POLL_MILLIS = 100;

  /** Stops tasks that run, and not only those that wait. */
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  @Override
  public void run(RangeJob job, Results results) throws IOException {
    try {
      evaluate(job, results);
    } catch (IllegalStateException e) {
      if (context.sc().isStopped()) {
        throw new IOException("Spark has ended; its log says why", e);
      }
      throw e;
    }
  }

  private void evaluate(RangeJob job, Results results) throws IOException {
    StudyShare share = study.apply(job.checkpointHash());
    List<RangeTask> tasks =
        job.ranges().stream()
            .map(range -> new RangeTask(share, job.configuration().id(), range))
            .toList();
    context.setLocalProperty(INTERRUPT, "true");
    context.setJobDescription(job.configuration().label());
    Arrivals arrivals = new Arrivals(new LinkedBlockingQueue<>());
    SimpleFutureAction<BoxedUnit> action = submit(tasks, arrivals);
    try {
      take(action, arrivals, results);
    } finally {
      if (!action.isCompleted()) {
        action.cancel();
      }
    }
    requireSuccess(action, job.ranges());
  }

  private SimpleFutureAction<BoxedUnit> submit(List<RangeTask> tasks, Arrivals arrivals) {
    RDD<RangeTask> partitions = context.parallelize(tasks, tasks.size()).rdd();
    Seq<Object> all =
        CollectionConverters.asScala(
                IntStream.range(0, tasks.size()).<Object>mapToObj(each -> each).toList())
            .toSeq();
    return context.sc().submitJob(partitions, new EvaluateRange(), all, arrivals, new Nothing());
  }

  private void take(SimpleFutureAction<BoxedUnit> action, Arrivals arrivals, Results results)
      throws IOException {
    boolean complete = false;
    while (true) {
      cancellation.check();
      byte[] arrived = arrivals.next();
      if (arrived != null) {
        results.add(RangeResult.of(Path.of("the result of a task"), arrived));
      } else if (complete) {
        return;
      } else {
        // What arrived before the job was complete is taken in another round.
        complete = action.isCompleted();
      }
    }
  }

  private static void requireSuccess(SimpleFutureAction<BoxedUnit> action, List<ImageRange> ranges)
      throws IOException {
    Try<BoxedUnit> end = action.value().get();
    if (end.isFailure()) {
      Throwable failure = end.failed().get();
      String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
      throw new IOException(
          "Spark could not evaluate all of " + ranges.size() + " ranges: " + message, failure);
    }
  }

  /** Results on their way from Spark's thread to the study's. */
  private static final class Arrivals extends AbstractFunction2<Object, byte[], BoxedUnit> {
    private final BlockingQueue<byte[]> queue;

    Arrivals(BlockingQueue<byte[]> queue) {
      this.queue = queue;
    }

    @Override
    public BoxedUnit apply(Object partition, byte[] result) {
      queue.add(result);
      return BoxedUnit.UNIT;
    }

    byte @Nullable [] next() {
      try {
        return queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (CancellationException) new CancellationException("interrupted").initCause(e);
      }
    }
  }

  /** What the job as a whole comes to. */
  private static final class Nothing extends AbstractFunction0<BoxedUnit> {
    @Override
    public BoxedUnit apply() {
      return BoxedUnit.UNIT;
    }
  }
}
