package io.github.espalier.examples.cli;

import picocli.CommandLine.Option;

/** The option of commands whose result can be read by programs too. */
final class JsonOption {
  @Option(names = "--json", description = "Print the result as JSON.")
  boolean wanted;
}
