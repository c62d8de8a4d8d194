package io.github.espalier.examples.cli;

import picocli.CommandLine.Option;

/** The option of commands that work on several threads. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = ThreadsConverter.class,
      description = "Number of threads (default: one for each processor).")
  int count = Runtime.getRuntime().availableProcessors();
}
