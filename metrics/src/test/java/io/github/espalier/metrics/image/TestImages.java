package io.github.espalier.metrics.image;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The files that {@code make_image_golden.py} made. */
final class TestImages {
  private TestImages() {}

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(TestImages.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(name, e);
    }
  }

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }
}
