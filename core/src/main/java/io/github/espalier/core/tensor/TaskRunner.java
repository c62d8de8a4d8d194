package io.github.espalier.core.tensor;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Runs independent tasks, on one thread or on several. */
@FunctionalInterface
public interface TaskRunner {
  /** Runs them one after another on the calling thread. */
  TaskRunner CALLER =
      (tasks, body) -> {
        for (int i = 0; i < tasks; i++) {
          body.accept(i);
        }
      };

  /**
   * Runs them on the virtual machine's common pool and on the calling thread. Each thread takes the
   * next task when it is done with one, so that large tasks should come first.
   */
  TaskRunner COMMON_POOL =
      (tasks, body) -> {
        AtomicInteger next = new AtomicInteger();
        int threads = Math.min(tasks, ForkJoinPool.getCommonPoolParallelism() + 1);
        IntStream.range(0, threads)
            .parallel()
            .forEach(
                thread -> {
                  for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                    body.accept(i);
                  }
                });
      };

  /**
   * Runs tasks and returns when all are done.
   *
   * @param tasks how many
   * @param body does the task of the given number, from 0
   */
  void run(int tasks, IntConsumer body);
}
