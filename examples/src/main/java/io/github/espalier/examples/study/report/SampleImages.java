package io.github.espalier.examples.study.report;

import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.study.run.ConfigurationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The same captions and seeds across pruned models: a row for each model, a column for each
 * caption, of the images that a study keeps.
 */
final class SampleImages {
  private static final int COLUMNS = 6;

  private final Path images;

  SampleImages(Path folder) {
    this.images = folder.resolve("images");
  }

  /** A row of the sheet; its cells hold what is there of the first images. */
  Map<String, Object> row(ConfigurationResult result) throws IOException {
    List<Map<String, String>> cells = new ArrayList<>();
    Path folder = images.resolve(result.id());
    if (Files.isDirectory(folder)) {
      for (GeneratedImages.Entry entry :
          GeneratedImages.entries(folder).stream().limit(COLUMNS).toList()) {
        Path file = folder.resolve(entry.file());
        if (Files.exists(file)) {
          String data = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
          cells.add(Map.of("data", data, "caption", entry.prompt()));
        }
      }
    }
    return Map.of("label", result.label(), "cells", cells);
  }
}
