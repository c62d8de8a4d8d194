package io.github.espalier.sd2.safetensors;

import java.io.IOException;

/** Undoes what was begun before a failure, without hiding the failure. */
final class Cleanup {
  private Cleanup() {}

  /** A step that may fail. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /** Runs a step; if it fails too, its exception is attached to that of the failure. */
  static void after(Throwable failure, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
