package io.github.espalier.examples.cli;

import com.google.common.hash.Hashing;
import io.github.espalier.examples.demo.DemoCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The small checkpoints that diffusers wrote, and what tests do with folders. */
final class Checkpoints {
  static final String UNET_WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

  private Checkpoints() {}

  /** The F16 folder, unpacked to be changed by the test. */
  static Path folder(Path parent) throws IOException {
    Path target = parent.resolve("sd2");
    DemoCheckpoint.unpack(target, false);
    return target;
  }

  /** The same model with weights in F32; not to be changed. */
  static Path f32() {
    return resource("small-f32");
  }

  /** The same model as an original single file, F16; not to be changed. */
  static Path singleFile() {
    return resource("small-f16.safetensors");
  }

  /** The F16 folder with its text encoder in two shards. */
  static Path sharded(Path parent) throws IOException {
    Path folder = folder(parent);
    Path component = folder.resolve("text_encoder");
    Files.delete(component.resolve("model.safetensors"));
    Path shards = resource("sharded/text_encoder");
    for (Path file : entries(shards)) {
      Path place = component.resolve(file.getFileName());
      Files.deleteIfExists(place);
      Files.copy(file, place);
    }
    return folder;
  }

  static Path resource(String name) {
    URL url = Objects.requireNonNull(Checkpoints.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The content of a file, or of all files of a folder by relative path. */
  static Map<String, byte[]> contents(Path root) throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        contents.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /** Names of what a folder holds, hidden files included. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    entries(folder).forEach(path -> names.add(path.getFileName().toString()));
    return names;
  }

  /** The sizes and times of all files, to find out whether anything changed. */
  static Map<String, String> stamps(Path folder) throws IOException {
    Map<String, String> stamps = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(Files::isRegularFile)
          .forEach(file -> stamps.put(folder.relativize(file).toString(), stamp(file)));
    }
    return stamps;
  }

  /** The SHA-256 of a file, in hexadecimal digits. */
  static String sha256(Path file) throws IOException {
    return Hashing.sha256().hashBytes(Files.readAllBytes(file)).toString();
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
