package io.github.espalier.examples.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the program in a virtual machine of its own. */
final class JavaProcess {
  private JavaProcess() {}

  /**
   * Starts the program.
   *
   * @param log where its output goes
   * @param jars added to the class path
   * @param args command and options
   */
  static Process start(Path log, List<Path> jars, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-cp");
    StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
    jars.forEach(jar -> classPath.append(File.pathSeparatorChar).append(jar));
    command.add(classPath.toString());
    command.add(Espalier.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
