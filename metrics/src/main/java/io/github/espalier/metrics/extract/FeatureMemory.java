package io.github.espalier.metrics.extract;

import io.github.espalier.core.model.CheckpointFormatException;
import java.nio.file.Path;

/** Whether features fit the Java heap. */
final class FeatureMemory {
  private static final long MEGABYTE = 1 << 20;

  private FeatureMemory() {}

  static void require(Path file, long count, long width) {
    if (bytes(count, width) > Runtime.getRuntime().maxMemory() / 4 * 3) {
      throw CheckpointFormatException.of(file, problem(count, width));
    }
  }

  static CheckpointFormatException exhausted(
      Path file, long count, long width, OutOfMemoryError cause) {
    return CheckpointFormatException.of(file, problem(count, width), cause);
  }

  private static long bytes(long count, long width) {
    return Float.BYTES * count * width;
  }

  private static String problem(long count, long width) {
    return "has "
        + count
        + " vectors of "
        + width
        + " features, "
        + bytes(count, width) / MEGABYTE
        + " MB, too many for a heap of "
        + Runtime.getRuntime().maxMemory() / MEGABYTE
        + " MB; raise that with Java's option -Xmx (for the espalier command in ESPALIER_OPTS)";
  }
}
