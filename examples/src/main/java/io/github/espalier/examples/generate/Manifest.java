package io.github.espalier.examples.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.sd2.pipeline.GeneratedImage;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The list of finished images in a folder, a JSON object a line. A line that a killed run left
 * incomplete, which can only be the last one, counts as none.
 */
final class Manifest {
  static final String NAME = "manifest.jsonl";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;

  Manifest(Path folder) {
    this.file = folder.resolve(NAME);
  }

  Path file() {
    return file;
  }

  /** Returns the lines by index; of several for one index the last. Empty without a file. */
  Map<Integer, ObjectNode> read() throws IOException {
    Map<Integer, ObjectNode> entries = new TreeMap<>();
    String text;
    try {
      // A character that was cut in two becomes U+FFFD, in the last line only.
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return entries;
    }
    int number = 0;
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      number++;
      ObjectNode entry = parse(line, number);
      entries.put(entry.path("index").asInt(), entry);
    }
    return entries;
  }

  private ObjectNode parse(String line, int number) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(line);
      if (node instanceof ObjectNode entry
          && entry.path("index").isInt()
          && entry.path("settings").isObject()) {
        return entry;
      }
    } catch (JsonProcessingException e) {
      // Said below.
    }
    throw new FileSystemException(
        file.toString(),
        null,
        "line "
            + number
            + " is none that 'espalier generate' wrote; choose another --out, or pass --overwrite"
            + " to start anew");
  }

  /** Whether the file holds more or other than these lines. */
  boolean isExactly(Collection<ObjectNode> entries) throws IOException {
    return Files.exists(file)
        && Files.readString(file, StandardCharsets.ISO_8859_1)
            .equals(new String(bytes(entries), StandardCharsets.ISO_8859_1));
  }

  /** Replaces the file at once. */
  void rewrite(Collection<ObjectNode> entries, Path staging) throws IOException {
    Files.write(staging, bytes(entries));
    try (FileChannel channel = FileChannel.open(staging, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(staging, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] bytes(Collection<ObjectNode> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(line(entry)));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String line(ObjectNode entry) {
    try {
      return MAPPER.writeValueAsString(entry) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  void append(ObjectNode entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line(entry).getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
  }

  static ObjectNode entry(
      int index, GeneratedImage image, String fileName, String sha256, double seconds) {
    ObjectNode entry = MAPPER.createObjectNode();
    entry.put("index", index).put("file", fileName);
    describe(entry, image.request());
    entry.put("unet_calls", image.calls());
    entry.put("seconds", Math.round(seconds * 1000) / 1000.0);
    entry.put("sha256", sha256);
    removed(image.prompt()).ifPresent(text -> entry.put("prompt_cut_off", text));
    removed(image.negativePrompt()).ifPresent(text -> entry.put("negative_cut_off", text));
    return entry;
  }

  private static Optional<String> removed(Tokens tokens) {
    return tokens.truncated() ? Optional.of(tokens.removedText()) : Optional.empty();
  }

  private static void describe(ObjectNode entry, ImageRequest request) {
    entry
        .put("prompt", request.prompt())
        .put("negative", request.negativePrompt())
        .put("seed", request.seed());
  }

  /** Whether an image was made for this request. */
  static boolean isFor(ObjectNode entry, ImageRequest request) {
    return entry.path("prompt").asText().equals(request.prompt())
        && entry.path("negative").asText().equals(request.negativePrompt())
        && entry.path("seed").isIntegralNumber()
        && entry.path("seed").asLong() == request.seed();
  }
}
