package io.github.espalier.sd2.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one {@code config.json}; each error names the file, the key, what was found and
 * what was expected.
 */
final class ConfigReader {
  private final JsonFile json;
  private final JsonNode root;

  private ConfigReader(JsonFile json) {
    this.json = json;
    this.root = json.root();
  }

  static ConfigReader open(Path file) throws IOException {
    return new ConfigReader(JsonFile.read(file));
  }

  /** Makes the record, whose own conditions then count as conditions on the file. */
  <T> T build(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(json.file(), String.valueOf(e.getMessage()), e);
    }
  }

  int positive(String key, int missing) {
    JsonNode node = root.get(key);
    return node == null ? missing : positive(key, node, "an integer of at least 1");
  }

  /** A positive integer, or null in the file for none. */
  OptionalInt positiveOrNull(String key, OptionalInt missing) {
    JsonNode node = root.get(key);
    if (node == null) {
      return missing;
    }
    return node.isNull()
        ? OptionalInt.empty()
        : OptionalInt.of(positive(key, node, "an integer of at least 1, or null"));
  }

  /** The side of a square: a positive integer, a list of two equal ones, or null for none. */
  OptionalInt squareOrNull(String key, OptionalInt missing) {
    JsonNode node = root.get(key);
    if (node == null || !node.isArray()) {
      return positiveOrNull(key, missing);
    }
    List<Integer> sides = positives(key, ImmutableList.of());
    if (sides.size() != 2 || !sides.get(0).equals(sides.get(1))) {
      throw wrong(key, node, "one integer or two equal ones: only squares are supported");
    }
    return OptionalInt.of(sides.get(0));
  }

  List<Integer> positives(String key, List<Integer> missing) {
    JsonNode node = root.get(key);
    if (node == null) {
      return missing;
    }
    String expected = "a list of integers of at least 1";
    if (!node.isArray() || node.isEmpty()) {
      throw wrong(key, node, expected);
    }
    ImmutableList.Builder<Integer> values = ImmutableList.builder();
    node.forEach(element -> values.add(positive(key, element, expected)));
    return values.build();
  }

  /** An integer that holds for every block, or a list with one for each. */
  List<Integer> onePerBlock(String key, int blocks, int missing) {
    JsonNode node = root.get(key);
    return node != null && node.isArray()
        ? positives(key, ImmutableList.of())
        : Collections.nCopies(blocks, positive(key, missing));
  }

  /** An integer that holds for every block, or a list that says the same of each. */
  int sameForAllBlocks(String key, int blocks, int missing) {
    List<Integer> values = onePerBlock(key, blocks, missing);
    if (values.size() != blocks || values.stream().distinct().count() != 1) {
      throw wrong(
          key,
          root.path(key),
          "one integer, or the same one for each of the " + blocks + " blocks");
    }
    return values.get(0);
  }

  /** A flag; null counts as false, as it does in Python. */
  boolean flag(String key, boolean missing) {
    JsonNode node = root.get(key);
    if (node == null) {
      return missing;
    }
    if (!node.isBoolean() && !node.isNull()) {
      throw wrong(key, node, "true or false");
    }
    return node.booleanValue();
  }

  double number(String key, double missing) {
    JsonNode node = root.get(key);
    if (node == null) {
      return missing;
    }
    if (!node.isNumber()) {
      throw wrong(key, node, "a number");
    }
    return node.doubleValue();
  }

  String text(String key, String missing) {
    JsonNode node = root.get(key);
    if (node == null) {
      return missing;
    }
    if (!node.isTextual()) {
      throw wrong(key, node, "a string");
    }
    return node.textValue();
  }

  List<String> texts(String key, List<String> missing) {
    JsonNode node = root.get(key);
    if (node == null) {
      return missing;
    }
    ImmutableList.Builder<String> values = ImmutableList.builder();
    if (!node.isArray()) {
      throw wrong(key, node, "a list of strings");
    }
    for (JsonNode element : node) {
      if (!element.isTextual()) {
        throw wrong(key, node, "a list of strings");
      }
      values.add(element.textValue());
    }
    return values.build();
  }

  /**
   * Refuses a key that asks for something this architecture does not have. A missing key is fine:
   * it stands for one of the allowed values.
   *
   * @param allowed strings, numbers, booleans or nulls
   */
  void only(String key, @Nullable Object... allowed) {
    JsonNode node = root.get(key);
    if (node == null) {
      return;
    }
    for (Object value : allowed) {
      if (matches(node, value)) {
        return;
      }
    }
    StringBuilder expected = new StringBuilder();
    for (Object value : allowed) {
      expected.append(expected.isEmpty() ? "" : " or ");
      expected.append(value instanceof String ? "\"" + value + "\"" : String.valueOf(value));
    }
    throw wrong(key, node, expected + ": anything else is not supported");
  }

  private static boolean matches(JsonNode node, @Nullable Object value) {
    if (value == null) {
      return node.isNull();
    }
    if (value instanceof Number number) {
      return node.isNumber() && node.doubleValue() == number.doubleValue();
    }
    if (value instanceof Boolean flag) {
      return node.isBoolean() && node.booleanValue() == flag;
    }
    return node.isTextual() && node.textValue().equals(value);
  }

  private int positive(String key, JsonNode node, String expected) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      throw wrong(key, node, expected);
    }
    return node.intValue();
  }

  CheckpointFormatException wrong(String key, String found, String expected) {
    return json.wrong(key, found, expected);
  }

  private CheckpointFormatException wrong(String key, JsonNode found, String expected) {
    return json.wrong(key, found, expected);
  }
}
