package io.github.espalier.examples.study.run;

import java.io.IOException;

/** Has ranges of images evaluated, in any order and on any machine. */
@FunctionalInterface
public interface RangeRunner {
  /** Takes results. For one thread at a time. */
  @FunctionalInterface
  interface Results {
    /**
     * Keeps a result: after this, its range is not evaluated again. One of a range that is known
     * already counts for nothing.
     *
     * @param result of a range of the job
     * @throws IllegalArgumentException if it is of something else
     * @throws IOException if it cannot be written
     */
    void add(RangeResult result) throws IOException;
  }

  /**
   * Evaluates all ranges of a job by {@link RangeEvaluator}s. Those whose results were handed over
   * are done, even if this then fails.
   *
   * @param job what there is to do
   * @param results receives what came out of each range, as soon as it is known
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException if a range cannot be evaluated
   */
  void run(RangeJob job, Results results) throws IOException;
}
