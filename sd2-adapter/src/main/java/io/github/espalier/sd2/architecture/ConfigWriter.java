package io.github.espalier.sd2.architecture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON as diffusers and transformers do: keys in order, two spaces a level, a list's
 * elements on lines of their own, a line feed at the end.
 */
final class ConfigWriter {
  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build()
          .writer(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private final Map<String, @Nullable Object> values = new TreeMap<>();

  ConfigWriter put(String key, @Nullable Object value) {
    values.put(key, value);
    return this;
  }

  /** Writes one number where all are the same, as configurations of a uniform model do. */
  ConfigWriter putUniform(String key, List<Integer> each) {
    return put(key, new HashSet<>(each).size() == 1 ? each.get(0) : each);
  }

  String write() {
    return write(values);
  }

  /** Writes maps, collections, strings, numbers, booleans and nulls. */
  static String write(Map<String, @Nullable Object> values) {
    try {
      return JSON.writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values did not become JSON", e);
    }
  }
}
