package io.github.espalier.sd2.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.CharConversionException;
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
public record JsonFile(Path file, JsonNode root) {
  // Two values under one key contradict each other, and readers differ in which one they take.
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectReader JSON = STRICT.reader();

  private static final ObjectReader WITH_INFINITIES =
      STRICT.reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private static final int LONGEST_EXCERPT = 80;

  /**
   * Reads a file.
   *
   * @param file UTF-8 text
   * @return its object
   * @throws CheckpointFormatException if it is no JSON object, or has a key twice
   * @throws IOException if it cannot be read
   */
  public static JsonFile read(Path file) throws IOException {
    return read(file, JSON);
  }

  /**
   * Reads a file with numbers that JSON does not have, but Python writes: NaN and infinities.
   *
   * @param file UTF-8 text
   * @return its object
   * @throws CheckpointFormatException if it is no JSON object, or has a key twice
   * @throws IOException if it cannot be read
   */
  public static JsonFile readWithInfinities(Path file) throws IOException {
    return read(file, WITH_INFINITIES);
  }

  private static JsonFile read(Path file, ObjectReader reader) throws IOException {
    JsonNode root;
    byte[] bytes = Files.readAllBytes(file);
    try {
      root = reader.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(file, "not JSON: " + e.getOriginalMessage(), e);
    } catch (CharConversionException e) {
      throw CheckpointFormatException.of(file, "not JSON: " + e.getMessage(), e);
    }
    if (!root.isObject()) {
      throw CheckpointFormatException.of(file, "found " + excerpt(root) + ", expected an object");
    }
    return new JsonFile(file, root);
  }

  /**
   * Reads a file that need not be there.
   *
   * @param file UTF-8 text
   * @return its object; one without keys if there is no such file
   * @throws CheckpointFormatException if it is no JSON object, or has a key twice
   * @throws IOException if it cannot be read
   */
  public static JsonFile readIfPresent(Path file) throws IOException {
    return Files.exists(file)
        ? read(file)
        : new JsonFile(file, JsonNodeFactory.instance.objectNode());
  }

  /**
   * Tells whether a key has a value other than null.
   *
   * @param key a key of the object
   * @return false also if there is no such key
   */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /**
   * Makes the error for a value.
   *
   * @param entry where in the file it is
   * @param found the value, of which the beginning is quoted
   * @param expected what it should be
   * @return an exception to throw
   */
  public CheckpointFormatException wrong(String entry, JsonNode found, String expected) {
    return wrong(entry, excerpt(found), expected);
  }

  /**
   * Makes the error for a value.
   *
   * @param entry where in the file it is
   * @param found a description of the value
   * @param expected what it should be
   * @return an exception to throw
   */
  public CheckpointFormatException wrong(String entry, String found, String expected) {
    return CheckpointFormatException.of(
        file, entry + ": found " + found + ", expected " + expected);
  }

  /**
   * Quotes a value.
   *
   * @param node the value
   * @return its JSON, or the beginning of it; "nothing" for a missing one
   */
  public static String excerpt(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "...";
  }
}
