package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives the tensors of a saved object their names: the keys on the way to a tensor, joined by dots;
 * items of lists and tuples have their index. What is no tensor is noted by its name, a dictionary
 * or list without any tensor as a whole.
 */
final class StateDictionary {
  private static final int MOST_VALUES = 1_000_000;
  private static final int DEEPEST = 64;
  private static final int LONGEST_NAME = 4096;

  private final Path file;
  private final Map<String, View> tensors = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private int values;

  private StateDictionary(Path file) {
    this.file = file;
  }

  /**
   * Walks through an object.
   *
   * @param key the entry at the top to begin at, or empty to begin at the top
   */
  static StateDictionary of(Path file, @Nullable Object root, Optional<String> key) {
    if (root instanceof View) {
      throw CheckpointFormatException.of(
          file, "holds one tensor without a name, where a dictionary of tensors is expected");
    }
    if (!isContainer(root)) {
      throw CheckpointFormatException.of(
          file, "holds no dictionary of tensors, but another kind of object");
    }
    StateDictionary dictionary = new StateDictionary(file);
    dictionary.walk(key.isEmpty() ? root : dictionary.entry(root, key.get()), "", 0);
    if (dictionary.tensors.isEmpty()) {
      throw CheckpointFormatException.of(file, "holds no tensors" + in(key));
    }
    return dictionary;
  }

  private static String in(Optional<String> key) {
    return key.map(name -> " in " + Printable.name(name)).orElse("");
  }

  /** Returns the keys of the top that dictionaries or lists are found under. */
  static List<String> choices(@Nullable Object root) {
    List<String> choices = new ArrayList<>();
    if (root instanceof Dictionary dictionary) {
      dictionary
          .entries()
          .forEach(
              (key, value) -> {
                if (key instanceof String name && isContainer(value)) {
                  choices.add(name);
                }
              });
    }
    return choices;
  }

  Map<String, View> tensors() {
    return tensors;
  }

  List<String> leftOut() {
    return leftOut;
  }

  private @Nullable Object entry(@Nullable Object root, String key) {
    Object found = root instanceof Dictionary dictionary ? dictionary.entries().get(key) : null;
    if (isContainer(found)) {
      return found;
    }
    List<String> choices = choices(root);
    throw new IllegalArgumentException(
        file
            + " has no dictionary "
            + Printable.name(key)
            + " at its top; "
            + (choices.isEmpty()
                ? "it has none"
                : "it has "
                    + String.join(", ", choices.stream().limit(8).map(Printable::name).toList())
                    + (choices.size() > 8 ? ", ..." : "")));
  }

  private static boolean isContainer(@Nullable Object value) {
    return value instanceof Dictionary || value instanceof List || value instanceof Object[];
  }

  private void walk(@Nullable Object value, String name, int depth) {
    // A value may be in many places, or in itself, so that the walk has no bound of its own.
    if (++values > MOST_VALUES || depth > DEEPEST) {
      throw CheckpointFormatException.of(
          file,
          "holds more than "
              + MOST_VALUES
              + " values, or values nested more than "
              + DEEPEST
              + " deep, which no weights need");
    }
    if (value instanceof View view) {
      if (tensors.put(name, view) != null) {
        throw CheckpointFormatException.of(
            file, Printable.name(name), "is the name of two tensors, once keys are joined by dots");
      }
    } else if (isContainer(value)) {
      walkInto(value, name, depth);
    } else {
      leftOut.add(name);
    }
  }

  private void walkInto(@Nullable Object container, String name, int depth) {
    int tensorsBefore = tensors.size();
    int leftOutBefore = leftOut.size();
    if (container instanceof Dictionary dictionary) {
      for (Map.Entry<Object, @Nullable Object> entry : dictionary.entries().entrySet()) {
        walkEntry(entry.getKey(), entry.getValue(), name, depth);
      }
    } else {
      List<?> items = container instanceof List<?> list ? list : List.of();
      if (container instanceof Object[] tuple) {
        items = Arrays.asList(tuple);
      }
      for (int i = 0; i < items.size(); i++) {
        walk(items.get(i), join(name, Integer.toString(i), depth), depth + 1);
      }
    }
    if (tensors.size() == tensorsBefore && depth > 0) {
      leftOut.subList(leftOutBefore, leftOut.size()).clear();
      leftOut.add(name);
    }
  }

  private void walkEntry(Object key, @Nullable Object value, String name, int depth) {
    boolean nameable = key instanceof String || key instanceof Number;
    int tensorsBefore = tensors.size();
    walk(value, join(name, nameable ? key.toString() : "?", depth), depth + 1);
    if (!nameable && tensors.size() > tensorsBefore) {
      throw CheckpointFormatException.of(
          file,
          "has a tensor under a key that is neither text nor a number"
              + (name.isEmpty() ? "" : ", in " + Printable.name(name)));
    }
  }

  private String join(String name, String key, int depth) {
    if (name.length() + key.length() >= LONGEST_NAME) {
      throw CheckpointFormatException.of(
          file, Printable.name(key), "makes a name of more than " + LONGEST_NAME + " characters");
    }
    return depth == 0 ? key : name + "." + key;
  }
}
