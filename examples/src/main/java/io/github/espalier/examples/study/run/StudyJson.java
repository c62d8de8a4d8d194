package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** JSON as studies write it: the same bytes for the same values. Stateless. */
public final class StudyJson {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private static final int MOST_DIFFERENCES = 5;

  private StudyJson() {}

  static String line(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  /**
   * Writes a tree.
   *
   * @param node of plain values
   * @return indented JSON and a line break
   */
  public static String indented(JsonNode node) {
    try {
      return MAPPER.writer(PRINTER).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was written can be read", e);
    }
  }

  /** What differs between two trees, such as {@code plan.images: 8, now 16}; the first few. */
  static List<String> differences(JsonNode before, JsonNode now) {
    List<String> found = new ArrayList<>();
    collect("", before, now, found);
    return found.size() <= MOST_DIFFERENCES ? found : found.subList(0, MOST_DIFFERENCES);
  }

  private static void collect(String path, JsonNode before, JsonNode now, List<String> found) {
    if (before.equals(now)) {
      return;
    }
    if (before.isObject() && now.isObject()) {
      Set<String> names = new TreeSet<>();
      before.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String at = path.isEmpty() ? name : path + "." + name;
        collect(at, before.path(name), now.path(name), found);
      }
    } else if (before.isArray() && now.isArray() && before.size() == now.size()) {
      for (int i = 0; i < before.size(); i++) {
        collect(path + "[" + i + "]", before.get(i), now.get(i), found);
      }
    } else {
      found.add(path + ": " + shown(before) + ", now " + shown(now));
    }
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode()
        ? "absent"
        : node.isArray() ? node.size() + " elements" : node.isObject() ? "other" : node.toString();
  }
}
