package io.github.espalier.metrics.clip;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.json.JsonFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Values of an object in a configuration; each error names the file, the key and both values. */
final class ConfigValues {
  private final JsonFile json;
  private final String prefix;
  private final JsonNode node;

  private ConfigValues(JsonFile json, String prefix, JsonNode node) {
    this.json = json;
    this.prefix = prefix;
    this.node = node;
  }

  static ConfigValues of(JsonFile json) {
    return new ConfigValues(json, "", json.root());
  }

  /** An object within this one. */
  ConfigValues object(String key) {
    JsonNode value = node.path(key);
    if (!value.isObject()) {
      throw json.wrong(prefix + key, value, "an object");
    }
    return new ConfigValues(json, prefix + key + ".", value);
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  int positive(String key, int missing) {
    return has(key) ? positive(key) : missing;
  }

  int positive(String key) {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw json.wrong(prefix + key, value, "an integer of at least 1");
    }
    return value.intValue();
  }

  int integer(String key, int missing) {
    JsonNode value = node.path(key);
    if (!has(key)) {
      return missing;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw json.wrong(prefix + key, value, "an integer");
    }
    return value.intValue();
  }

  double number(String key, double missing) {
    JsonNode value = node.path(key);
    if (!has(key)) {
      return missing;
    }
    if (!value.isNumber()) {
      throw json.wrong(prefix + key, value, "a number");
    }
    return value.doubleValue();
  }

  boolean flag(String key, boolean missing) {
    JsonNode value = node.path(key);
    if (!has(key)) {
      return missing;
    }
    if (!value.isBoolean()) {
      throw json.wrong(prefix + key, value, "true or false");
    }
    return value.booleanValue();
  }

  String text(String key, String missing) {
    JsonNode value = node.path(key);
    if (!has(key)) {
      return missing;
    }
    if (!value.isTextual()) {
      throw json.wrong(prefix + key, value, "a string");
    }
    return value.textValue();
  }

  /** The side of a square: a number, a list of two equal ones, or an object with such values. */
  int square(String key, int missing) {
    if (!has(key)) {
      return missing;
    }
    JsonNode value = node.path(key);
    List<JsonNode> sides = new ArrayList<>();
    if (value.isContainerNode()) {
      value.forEach(sides::add);
    } else {
      sides.add(value);
    }
    boolean equal = !sides.isEmpty() && sides.stream().allMatch(sides.get(0)::equals);
    if (!equal || !sides.get(0).isInt() || sides.get(0).intValue() < 1) {
      throw json.wrong(prefix + key, value, "the side of a square");
    }
    return sides.get(0).intValue();
  }

  /** Numbers in a list. */
  List<Double> numbers(String key, List<Double> missing) {
    if (!has(key)) {
      return missing;
    }
    JsonNode value = node.path(key);
    List<Double> numbers = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isNumber()) {
        throw json.wrong(prefix + key, value, "a list of numbers");
      }
      numbers.add(each.doubleValue());
    }
    return numbers;
  }

  /** Refuses a value other than the one that is supported; a missing one or null stands for it. */
  void only(String key, Object allowed) {
    JsonNode value = node.path(key);
    boolean same =
        allowed instanceof Number number
            ? value.isNumber() && value.doubleValue() == number.doubleValue()
            : value.asText().equals(allowed.toString());
    if (has(key) && !same) {
      throw json.wrong(prefix + key, value, allowed + ": anything else is not supported");
    }
  }

  /** Refuses whatever is not listed, unless it is null or false. */
  void onlyKeys(Set<String> allowed) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode value = entry.getValue();
      boolean off = value.isNull() || (value.isBoolean() && !value.booleanValue());
      if (!off && !allowed.contains(entry.getKey())) {
        throw json.wrong(
            prefix + entry.getKey(), value, "no such key: what it asks for is not supported");
      }
    }
  }

  /** Makes a record, whose own conditions then count as conditions on the file. */
  <T> T build(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(json.file(), prefix + String.valueOf(e.getMessage()), e);
    }
  }

  CheckpointFormatException wrong(String key, String found, String expected) {
    return json.wrong(prefix + key, found, expected);
  }
}
