package io.github.espalier.examples.bench;

import org.jspecify.annotations.Nullable;

/**
 * The most memory that the process had resident while it worked, where the system tells (Linux);
 * null where it does not.
 *
 * @param peakResidentBytes high-water mark of all resident memory, mapped files and the virtual
 *     machine included ({@code VmHWM})
 * @param peakAnonymousBytes largest sample of memory that no file backs: heap, buffers, code
 *     ({@code RssAnon})
 * @param peakFileBytes largest sample of memory that files back, such as mapped ones ({@code
 *     RssFile})
 * @param heapLimitBytes the most that the Java heap may take ({@code -Xmx})
 */
public record Memory(
    @Nullable Long peakResidentBytes,
    @Nullable Long peakAnonymousBytes,
    @Nullable Long peakFileBytes,
    long heapLimitBytes) {
  /**
   * Asks the system about this process.
   *
   * @return the high-water mark so far, and what is resident now
   */
  public static Memory ofProcess() {
    return MemorySampler.now();
  }
}
