package io.github.espalier.examples.study.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.text.NearestNames;
import io.github.espalier.sd2.json.JsonFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A value in a plan that knows where it is, so that errors can say so.
 *
 * @param file the plan
 * @param path such as {@code experiments[2].text}; empty for the whole
 * @param node the value; missing if there is none
 */
record PlanElement(JsonFile file, String path, JsonNode node) {
  static PlanElement of(JsonFile file) {
    return new PlanElement(file, "", file.root());
  }

  CheckpointFormatException wrong(String expected) {
    return file.wrong(path.isEmpty() ? "the plan" : path, node, expected);
  }

  /** What a record's constructor refuses is an error of this element. */
  <T> T checked(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(
          file.file(), (path.isEmpty() ? "" : path + ": ") + e.getMessage(), e);
    }
  }

  /** Makes sure that this is an object with these keys only. */
  PlanElement requireKeys(Set<String> known) {
    if (!node.isObject()) {
      throw wrong("an object");
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw CheckpointFormatException.of(
                    file.file(),
                    at(key).path
                        + ": there is no such setting here; nearest: "
                        + NearestNames.list(key, known));
              }
            });
    return this;
  }

  PlanElement at(String key) {
    return new PlanElement(file, path.isEmpty() ? key : path + "." + key, node.path(key));
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Optional<PlanElement> find(String key) {
    return has(key) ? Optional.of(at(key)) : Optional.empty();
  }

  List<PlanElement> items() {
    if (!node.isArray()) {
      throw wrong("a list");
    }
    List<PlanElement> items = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      items.add(new PlanElement(file, path + "[" + i + "]", node.get(i)));
    }
    return items;
  }

  String text() {
    if (!node.isTextual()) {
      throw wrong("a text");
    }
    return node.textValue();
  }

  /** Reads a text by a parser that refuses what it cannot read. */
  <T> T text(Function<String, T> parser) {
    String text = text();
    return checked(() -> parser.apply(text));
  }

  long wholeNumber() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong("a whole number");
    }
    return node.longValue();
  }

  int count() {
    long value = wholeNumber();
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw wrong("a whole number of at least 1");
    }
    return (int) value;
  }

  double number() {
    if (!node.isNumber()) {
      throw wrong("a number");
    }
    return node.doubleValue();
  }

  boolean flag() {
    if (!node.isBoolean()) {
      throw wrong("true or false");
    }
    return node.booleanValue();
  }

  Sparsity sparsity() {
    if (node.isTextual()) {
      return text(Sparsity::parse);
    }
    if (!node.isNumber()) {
      throw wrong("a sparsity such as 0.475 or \"47.5%\"");
    }
    return checked(() -> Sparsity.of(node.doubleValue()));
  }

  List<Sparsity> sparsities() {
    return items().stream().map(PlanElement::sparsity).toList();
  }

  /** Settings as texts; numbers and flags may be written without quotes. */
  Map<String, String> settings() {
    if (!node.isObject()) {
      throw wrong("an object of settings");
    }
    Map<String, String> settings = new TreeMap<>();
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!node.get(key).isValueNode()) {
                throw at(key).wrong("a text or a number");
              }
              settings.put(key, node.get(key).asText());
            });
    return settings;
  }
}
