package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and the request to terminate into a cancellation, and keeps the virtual machine
 * alive until the command has removed what it wrote.
 */
final class Interruption {
  private static final long LONGEST_CLEANUP_SECONDS = 60;

  private final CountDownLatch work = new CountDownLatch(1);

  private Interruption() {}

  static Interruption cancelling(Cancellation cancellation) {
    Interruption interruption = new Interruption();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> interruption.stop(cancellation), "espalier-interruption"));
    return interruption;
  }

  void workDone() {
    work.countDown();
  }

  private void stop(Cancellation cancellation) {
    cancellation.cancel();
    try {
      if (!work.await(LONGEST_CLEANUP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("espalier: stopped without cleaning up; the next run will");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
