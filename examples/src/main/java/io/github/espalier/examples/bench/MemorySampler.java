package io.github.espalier.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Watches the process's resident memory, many times a second, from start to close. */
final class MemorySampler implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long INTERVAL_MILLISECONDS = 20;
  private static final long KIBIBYTE = 1024;

  private final Map<String, Long> peaks = new HashMap<>();
  private final Thread thread = new Thread(this::run, "memory-sampler");
  private volatile boolean closed;

  private MemorySampler() {}

  /** Samples once. */
  static Memory now() {
    return new MemorySampler().peak();
  }

  static MemorySampler start() {
    MemorySampler sampler = new MemorySampler();
    sampler.thread.setDaemon(true);
    sampler.thread.start();
    return sampler;
  }

  Memory peak() {
    sample();
    return new Memory(of("VmHWM"), of("RssAnon"), of("RssFile"), Runtime.getRuntime().maxMemory());
  }

  private void run() {
    while (!closed) {
      sample();
      try {
        Thread.sleep(INTERVAL_MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private synchronized @Nullable Long of(String key) {
    return peaks.get(key);
  }

  private synchronized void sample() {
    if (!Files.isReadable(STATUS)) {
      return;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(STATUS);
    } catch (IOException e) {
      return; // The next sample may succeed; without any, the memory is reported as unknown.
    }
    for (String line : lines) {
      if (line.matches("(VmHWM|RssAnon|RssFile):\\s+\\d+ kB")) {
        String key = line.substring(0, line.indexOf(':'));
        long bytes = Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE;
        peaks.merge(key, bytes, Math::max);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
