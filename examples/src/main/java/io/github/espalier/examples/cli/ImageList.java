package io.github.espalier.examples.cli;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A text with the name of an image a line, below the folder that it is in. */
final class ImageList {
  private ImageList() {}

  /** Reads names; blank lines are skipped. */
  static List<String> read(Path file) throws IOException {
    List<String> names;
    try {
      names = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.of(file, "is not UTF-8 text", e);
    }
    if (names.isEmpty()) {
      throw CheckpointFormatException.of(file, "has no names of images, expected one a line");
    }
    return names;
  }
}
