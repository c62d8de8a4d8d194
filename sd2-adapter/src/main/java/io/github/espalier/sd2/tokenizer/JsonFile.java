package io.github.espalier.sd2.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JSON object in a file; each error names the file, the key, what was found and what was
 * expected.
 *
 * @param file where it was read
 * @param root the object
 */
record JsonFile(Path file, JsonNode root) {
  // Two values under one key contradict each other, and readers differ in which one they take.
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private static final int LONGEST_EXCERPT = 80;

  static JsonFile read(Path file) throws IOException {
    JsonNode root;
    byte[] bytes = Files.readAllBytes(file);
    try {
      root = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(file, "not JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw CheckpointFormatException.of(file, "found " + excerpt(root) + ", expected an object");
    }
    return new JsonFile(file, root);
  }

  /** Reads a file that need not be there; a missing one has no keys. */
  static JsonFile readIfPresent(Path file) throws IOException {
    return Files.exists(file)
        ? read(file)
        : new JsonFile(file, JsonNodeFactory.instance.objectNode());
  }

  /** Whether a key has a value other than null. */
  boolean has(String key) {
    return root.hasNonNull(key);
  }

  CheckpointFormatException wrong(String entry, JsonNode found, String expected) {
    return wrong(entry, excerpt(found), expected);
  }

  CheckpointFormatException wrong(String entry, String found, String expected) {
    return CheckpointFormatException.of(
        file, entry + ": found " + found + ", expected " + expected);
  }

  private static String excerpt(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "...";
  }
}
