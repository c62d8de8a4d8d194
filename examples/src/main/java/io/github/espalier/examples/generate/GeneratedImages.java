package io.github.espalier.examples.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.io.StagedOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the manifest of a folder says about its images. Stateless. */
public final class GeneratedImages {
  private GeneratedImages() {}

  /**
   * Tells whether a folder has a manifest.
   *
   * @param folder the folder
   * @return true if {@code espalier generate} wrote images there
   */
  public static boolean isFolderOf(Path folder) {
    return Files.exists(new Manifest(folder).file());
  }

  /**
   * Tells whether a file is the manifest of the folder that it is in.
   *
   * @param file the file
   * @return true if it exists and has a manifest's name
   */
  public static boolean isManifest(Path file) {
    return file.endsWith(Manifest.NAME) && Files.exists(file);
  }

  /**
   * Reads the prompts of the images that are finished.
   *
   * @param folder the folder
   * @return prompts by the images' file names, in the order of the images; empty without a manifest
   * @throws IOException if the manifest cannot be read or is none
   */
  public static Map<String, String> prompts(Path folder) throws IOException {
    Map<String, String> prompts = new LinkedHashMap<>();
    for (ObjectNode entry : new Manifest(folder).read().values()) {
      prompts.put(entry.path("file").asText(), entry.path("prompt").asText());
    }
    return prompts;
  }

  /**
   * What the manifest says of an image.
   *
   * @param file its name
   * @param prompt what was asked for
   * @param seed of its noise
   * @param sha256 of the file
   * @param seconds how long it took
   */
  public record Entry(String file, String prompt, long seed, String sha256, double seconds) {}

  /**
   * Reads what is known of the images that are finished.
   *
   * @param folder the folder
   * @return in the order of the images; empty without a manifest
   * @throws IOException if the manifest cannot be read or is none
   */
  public static List<Entry> entries(Path folder) throws IOException {
    return new Manifest(folder)
        .read().values().stream()
            .map(
                entry ->
                    new Entry(
                        entry.path("file").asText(),
                        entry.path("prompt").asText(),
                        entry.path("seed").asLong(),
                        entry.path("sha256").asText(),
                        entry.path("seconds").asDouble()))
            .toList();
  }

  /**
   * Reads the manifest's lines, for {@link #write}.
   *
   * @param folder the folder
   * @return those of finished images, in the order of the images; empty without a manifest
   * @throws IOException if the manifest cannot be read or is none
   */
  public static List<String> lines(Path folder) throws IOException {
    return new Manifest(folder).read().values().stream().map(ObjectNode::toString).toList();
  }

  /**
   * Writes a manifest of images that were made elsewhere.
   *
   * @param folder the folder; created if there is none
   * @param lines of the images, in order
   * @throws IOException if it cannot be written
   */
  public static void write(Path folder, List<String> lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    StagedOutput.write(new Manifest(folder).file(), text.getBytes(StandardCharsets.UTF_8));
  }
}
