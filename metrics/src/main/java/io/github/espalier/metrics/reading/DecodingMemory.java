package io.github.espalier.metrics.reading;

import io.github.espalier.core.model.CheckpointFormatException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * The part of the heap that images may take while they are read: a quarter of it their files, the
 * rest what they are decoded to. Who needs much waits for others, in turn. Safe for use by many
 * threads.
 */
public final class DecodingMemory {
  private static final long UNIT = 1 << 12;
  private static final long MEGABYTE = 1 << 20;

  private final long fileBytes;
  private final long imageBytes;
  private final Semaphore files;
  private final Semaphore images;

  private DecodingMemory(long bytes) {
    fileBytes = bytes / 4;
    imageBytes = bytes - fileBytes;
    files = new Semaphore(units(fileBytes), true);
    images = new Semaphore(units(imageBytes), true);
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, (bytes + UNIT - 1) / UNIT));
  }

  /**
   * Takes three quarters of what the heap may grow to, less what is used otherwise.
   *
   * @param otherwise bytes that are held beside images that are being read
   * @return the memory, at least an eighth of the heap
   */
  public static DecodingMemory ofHeap(long otherwise) {
    long heap = Runtime.getRuntime().maxMemory();
    return new DecodingMemory(Math.max(heap / 8, heap / 4 * 3 - otherwise));
  }

  /**
   * Takes a given number of bytes.
   *
   * @param bytes at least 4
   * @return the memory
   * @throws IllegalArgumentException if there are fewer
   */
  public static DecodingMemory of(long bytes) {
    if (bytes < 4) {
      throw new IllegalArgumentException("memory of " + bytes + " bytes, expected at least 4");
    }
    return new DecodingMemory(bytes);
  }

  /** Part of the memory, to be given back. For one thread. */
  static final class Lease {
    private final Semaphore semaphore;
    private int units;

    private Lease(Semaphore semaphore, int units) {
      this.semaphore = semaphore;
      this.units = units;
    }

    /** Gives the memory back; of no effect from the second time on. */
    void close() {
      semaphore.release(units);
      units = 0;
    }
  }

  /** Waits for memory for a file. */
  Lease forFile(Path file, long bytes) throws InterruptedException {
    if (bytes > fileBytes) {
      throw tooLarge(file, "has " + bytes + " bytes", bytes, fileBytes);
    }
    return lease(files, units(bytes));
  }

  /** Waits for memory to decode an image, having that for its file. */
  Lease forImage(Path file, String size, long bytes) throws InterruptedException {
    if (bytes > imageBytes) {
      throw tooLarge(file, size, bytes, imageBytes);
    }
    return lease(images, units(bytes));
  }

  /** Waits until no image is decoded, and keeps it so. */
  Lease forAllImages() throws InterruptedException {
    return lease(images, units(imageBytes));
  }

  private static Lease lease(Semaphore semaphore, int units) throws InterruptedException {
    semaphore.acquire(units);
    return new Lease(semaphore, units);
  }

  private static CheckpointFormatException tooLarge(
      Path file, String size, long bytes, long there) {
    return CheckpointFormatException.of(
        file,
        size
            + " and needs "
            + megabytes(bytes)
            + " MB to be read, of which there are "
            + megabytes(there)
            + howToRaise(bytes, there));
  }

  /** An image whose decoding exhausted the heap although nothing else was decoded. */
  static CheckpointFormatException exhausted(
      Path file, String size, long bytes, OutOfMemoryError cause) {
    String problem = size + " and needs " + megabytes(bytes) + " MB or more to be read";
    return CheckpointFormatException.of(file, problem + howToRaise(2, 1), cause);
  }

  private static String howToRaise(long needed, long there) {
    long heap = Runtime.getRuntime().maxMemory();
    long enough = (long) Math.min(Integer.MAX_VALUE * 1e6, 1.25 * heap * needed / there);
    return " in a heap of "
        + megabytes(heap)
        + " MB; raise that with Java's option -Xmx"
        + megabytes(enough)
        + "m (for the espalier command in ESPALIER_OPTS), or make the image smaller";
  }

  private static long megabytes(long bytes) {
    return (bytes + MEGABYTE - 1) / MEGABYTE;
  }
}
