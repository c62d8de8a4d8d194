package io.github.espalier.sd2.checkpoint;

import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The small checkpoints that diffusers wrote, and what tests do with folders. */
final class TestCheckpoints {
  private TestCheckpoints() {}

  /** A checkpoint among the test resources: a folder or a file, not to be changed. */
  static Path resource(String name) {
    URL url = TestCheckpoints.class.getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("no test resource " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Copies a checkpoint, and lays the folders of others over the copy. */
  static Path copy(Path target, String base, String... overlays) throws IOException {
    copyTree(resource(base), target);
    for (String overlay : overlays) {
      Path from = resource(overlay);
      try (Stream<Path> components = Files.list(from)) {
        for (Path component : components.toList()) {
          Path place = target.resolve(component.getFileName().toString());
          if (Files.isDirectory(place)) {
            try (Stream<Path> files = Files.list(place)) {
              for (Path file : files.toList()) {
                Files.delete(file);
              }
            }
          }
        }
      }
      copyTree(from, target);
    }
    return target;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path place = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(place);
        } else {
          Files.copy(path, place, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** Every file of a folder, or a single file under the name "", with its bytes. */
  static SortedMap<String, ByteBuffer> content(Path root) throws IOException {
    SortedMap<String, ByteBuffer> content = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        content.put(root.relativize(path).toString(), ByteBuffer.wrap(Files.readAllBytes(path)));
      }
    }
    return content;
  }

  /** Names of everything in a folder, hidden files included. */
  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** A model with as many tokens as CLIP. */
  static ModelConfig withClipsTokens(ModelConfig config) {
    TextEncoderConfig text = config.textEncoder();
    return new ModelConfig(
        config.unet(),
        config.vae(),
        new TextEncoderConfig(
            49_408,
            text.hiddenSize(),
            text.intermediateSize(),
            text.numHiddenLayers(),
            text.numAttentionHeads(),
            text.maxPositionEmbeddings(),
            text.hiddenAct(),
            text.projectionDim(),
            text.layerNormEps()));
  }
}
