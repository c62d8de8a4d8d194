package io.github.espalier.core.tensor;

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

  /** Runs them on the virtual machine's common pool and on the calling thread. */
  TaskRunner COMMON_POOL = (tasks, body) -> IntStream.range(0, tasks).parallel().forEach(body);

  /**
   * Runs tasks and returns when all are done.
   *
   * @param tasks how many
   * @param body does the task of the given number, from 0
   */
  void run(int tasks, IntConsumer body);
}
