package io.github.espalier.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a measurement was made.
 *
 * @param processor model name where the system tells, otherwise the architecture
 * @param processors how many the virtual machine uses
 * @param system operating system and its version
 * @param java virtual machine and its version
 * @param fileSystem type of the file system that was written to
 */
public record Machine(
    String processor, int processors, String system, String java, String fileSystem) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  static Machine of(Path scratch) throws IOException {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        Files.getFileStore(scratch).type());
  }

  private static String processorName() throws IOException {
    List<String> lines = Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
    for (String line : lines) {
      if (line.startsWith(MODEL)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return System.getProperty("os.arch", "unknown");
  }
}
