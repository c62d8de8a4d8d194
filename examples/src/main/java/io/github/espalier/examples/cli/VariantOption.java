package io.github.espalier.examples.cli;

import picocli.CommandLine.Option;

/** The option of commands that read checkpoints. */
@SuppressWarnings("NullAway.Init")
final class VariantOption {
  @Option(
      names = "--variant",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Which variant of a folder's files to read, such as fp16.")
  String name;
}
