package io.github.espalier.examples.cli;

import picocli.CommandLine.Option;

/** The option of commands that read images. */
final class SkipUnreadableOption {
  @Option(
      names = "--skip-unreadable",
      description = "Pass over files that are no images or damaged; the default is an error.")
  boolean wanted;
}
