package io.github.espalier.examples.cli;

import picocli.CommandLine.Option;

/** The option of commands that write files or folders. */
final class OverwriteOption {
  @Option(names = "--overwrite", description = "Replace what exists already.")
  boolean wanted;
}
