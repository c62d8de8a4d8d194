package io.github.espalier.examples.demo;

import io.github.espalier.core.io.StagedOutput;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Stable Diffusion 2 checkpoint with few and narrow layers and random weights, written by
 * diffusers' own {@code save_pretrained}. Stateless.
 */
public final class DemoCheckpoint {
  private static final String FOLDER = "small-sd2";
  private static final String LIST = FOLDER + ".files";

  private DemoCheckpoint() {}

  /**
   * Unpacks the checkpoint.
   *
   * @param target the folder to create
   * @param overwrite whether a target that exists is replaced
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if it cannot be written
   */
  public static void unpack(Path target, boolean overwrite) throws IOException {
    try (StagedOutput output = StagedOutput.folder(target, overwrite)) {
      for (String file : files()) {
        Path place = output.staging().resolve(file);
        Files.createDirectories(place.getParent());
        try (InputStream in = open(FOLDER + "/" + file)) {
          Files.copy(in, place);
        }
      }
      output.commit(false);
    }
  }

  static List<String> files() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(LIST), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = DemoCheckpoint.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException("the examples' jar lacks " + name);
    }
    return in;
  }
}
