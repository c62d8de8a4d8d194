package io.github.espalier.sd2.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@code scheduler_config.json}; each error names the file, the key, what was found
 * and what was expected.
 */
final class JsonValues {
  private final JsonFile json;
  private final JsonNode root;

  private JsonValues(JsonFile json) {
    this.json = json;
    this.root = json.root();
  }

  /** Python writes infinities, which JSON does not have, in the files of DPM-Solver. */
  static JsonValues open(Path file) throws IOException {
    return new JsonValues(JsonFile.readWithInfinities(file));
  }

  OptionalInt integer(String key) {
    JsonNode node = root.get(key);
    if (node == null) {
      return OptionalInt.empty();
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw json.wrong(key, node, "an integer");
    }
    return OptionalInt.of(node.intValue());
  }

  OptionalDouble number(String key) {
    JsonNode node = root.get(key);
    if (node == null) {
      return OptionalDouble.empty();
    }
    if (!node.isNumber()) {
      throw json.wrong(key, node, "a number");
    }
    return OptionalDouble.of(node.doubleValue());
  }

  /** A flag; null counts as false, as it does in Python. */
  Optional<Boolean> flag(String key) {
    JsonNode node = root.get(key);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isBoolean() && !node.isNull()) {
      throw json.wrong(key, node, "true or false");
    }
    return Optional.of(node.booleanValue());
  }

  /** A list of numbers, or null for none. */
  Optional<float[]> floats(String key) {
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isArray()) {
      throw json.wrong(key, node, "a list of numbers, or null");
    }
    float[] values = new float[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode element = node.path(i);
      if (!element.isNumber()) {
        throw wrong(key, JsonFile.excerpt(element) + " in the list", "numbers");
      }
      values[i] = element.floatValue();
    }
    return Optional.of(values);
  }

  /** One of an enum's names. */
  <E> Optional<E> constant(String key, E[] constants, Function<E, String> name) {
    JsonNode node = root.get(key);
    if (node == null) {
      return Optional.empty();
    }
    for (E constant : constants) {
      if (node.isTextual() && node.textValue().equals(name.apply(constant))) {
        return Optional.of(constant);
      }
    }
    throw json.wrong(
        key,
        node,
        Arrays.stream(constants)
            .map(constant -> "\"" + name.apply(constant) + "\"")
            .collect(Collectors.joining(" or ", "", ": anything else is not supported")));
  }

  void onlyFalse(String key) {
    JsonNode node = root.get(key);
    only(key, node, node == null || node.isNull() || isFalse(node), "false");
  }

  void onlyNull(String key) {
    JsonNode node = root.get(key);
    only(key, node, node == null || node.isNull(), "null");
  }

  void onlyText(String key, String value) {
    JsonNode node = root.get(key);
    boolean same = node == null || (node.isTextual() && node.textValue().equals(value));
    only(key, node, same, "\"" + value + "\"");
  }

  void onlyNumber(String key, double value) {
    JsonNode node = root.get(key);
    boolean same = node == null || (node.isNumber() && node.doubleValue() == value);
    only(key, node, same, String.valueOf(value));
  }

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  private void only(String key, @Nullable JsonNode node, boolean allowed, String expected) {
    if (!allowed && node != null) {
      throw json.wrong(key, node, expected + ": anything else is not supported");
    }
  }

  CheckpointFormatException wrong(String key, String found, String expected) {
    return json.wrong(key, found, expected);
  }
}
