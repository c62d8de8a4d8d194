package io.github.espalier.sd2.checkpoint;

import java.nio.file.Path;

/** Where the record of how a checkpoint was pruned is kept. */
final class Provenance {
  /** In a folder. */
  static final String FILE_NAME = "espalier.json";

  private static final String EXTENSION = ".safetensors";

  private Provenance() {}

  /** Beside a single file: {@code model.espalier.json} for {@code model.safetensors}. */
  static Path beside(Path file) {
    String name = file.getFileName().toString();
    String stem =
        name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name;
    return file.resolveSibling(stem + "." + FILE_NAME);
  }
}
