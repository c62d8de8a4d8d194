package io.github.espalier.examples.demo;

import io.github.espalier.core.io.StagedOutput;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A folder among the resources beside this class, listed in a file of its name with the ending
 * {@code .files}.
 *
 * @param name of the folder
 */
record PackedFolder(String name) {
  /** Unpacks the folder, whole or not at all. */
  void unpack(Path target, boolean overwrite) throws IOException {
    try (StagedOutput output = StagedOutput.folder(target, overwrite)) {
      for (String file : files()) {
        Path place = output.staging().resolve(file);
        Files.createDirectories(place.getParent());
        try (InputStream in = open(name + "/" + file)) {
          Files.copy(in, place);
        }
      }
      output.commit(false);
    }
  }

  /** Refuses a folder that lacks a file, or has another one of the same name. */
  void requireSame(Path target) throws IOException {
    for (String file : files()) {
      Path place = target.resolve(file);
      if (!Files.isRegularFile(place) || !same(file, place)) {
        throw new FileSystemException(
            place.toString(),
            null,
            "is not the file that ships with this version of Espalier; choose another folder, or"
                + " delete "
                + target);
      }
    }
  }

  private boolean same(String file, Path place) throws IOException {
    try (InputStream in = open(name + "/" + file)) {
      return Arrays.equals(in.readAllBytes(), Files.readAllBytes(place));
    }
  }

  private List<String> files() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(name + ".files"), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = PackedFolder.class.getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException("the examples' jar lacks " + resource);
    }
    return in;
  }
}
