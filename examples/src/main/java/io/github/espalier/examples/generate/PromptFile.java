package io.github.espalier.examples.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Prompts in a UTF-8 file, one a line. In a file that ends in {@code .jsonl} each line is an object
 * with {@code prompt} and, if wanted, {@code negative} and {@code seed}. Blank lines are skipped.
 * Stateless.
 */
public final class PromptFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private PromptFile() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its prompts, at least one
   * @throws IOException if it cannot be read, is not UTF-8, has no prompts or a malformed line
   */
  public static List<Prompt> read(Path file) throws IOException {
    boolean json = file.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl");
    List<Prompt> prompts = new ArrayList<>();
    int number = 0;
    for (String line : text(file).split("\\R", -1)) {
      number++;
      if (!line.isBlank()) {
        prompts.add(json ? parse(file, number, line) : Prompt.of(line));
      }
    }
    if (prompts.isEmpty()) {
      throw problem(file, "has no prompts");
    }
    return prompts;
  }

  private static String text(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw problem(file, "is not UTF-8 text");
    }
  }

  private static Prompt parse(Path file, int number, String line) throws IOException {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw problem(file, number, "is not JSON: " + e.getOriginalMessage());
    }
    if (!node.isObject()) {
      throw problem(file, number, "is no JSON object");
    }
    Optional<String> prompt = Optional.empty();
    Optional<String> negative = Optional.empty();
    OptionalLong seed = OptionalLong.empty();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "prompt" -> prompt = Optional.of(string(file, number, field));
        case "negative" -> negative = Optional.of(string(file, number, field));
        case "seed" -> {
          if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw problem(file, number, "has a seed that is no whole number from 0 to 2^63 - 1");
          }
          seed = OptionalLong.of(value.asLong());
        }
        default ->
            throw problem(
                file, number, "has \"" + field.getKey() + "\"; only prompt, negative and seed go");
      }
    }
    if (prompt.isEmpty()) {
      throw problem(file, number, "has no \"prompt\"");
    }
    return new Prompt(prompt.get(), negative, seed);
  }

  private static String string(Path file, int number, Map.Entry<String, JsonNode> field)
      throws IOException {
    if (!field.getValue().isTextual()) {
      throw problem(file, number, "has a \"" + field.getKey() + "\" that is no text");
    }
    return field.getValue().asText();
  }

  private static IOException problem(Path file, int line, String what) {
    return problem(file, "line " + line + " " + what);
  }

  private static IOException problem(Path file, String what) {
    return new FileSystemException(file.toString(), null, what);
  }
}
