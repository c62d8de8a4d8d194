package io.github.espalier.sd2.torch;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary of a pickle in the order of its entries, or a module of TorchScript with its
 * attributes. No {@link Map} itself, so that the library's own steps cannot touch it.
 */
final class Dictionary {
  /** Kinds of objects that become dictionaries. */
  enum Kind {
    PLAIN,
    ORDERED,
    MODULE
  }

  private final Kind kind;
  private final Map<Object, @Nullable Object> entries = new LinkedHashMap<>();

  Dictionary(Kind kind) {
    this.kind = kind;
  }

  Map<Object, @Nullable Object> entries() {
    return entries;
  }

  /** Sets an entry. Keys are values whose hash cannot take time or recurse. */
  void put(@Nullable Object key, @Nullable Object value) {
    if (key == null) {
      entries.put(Inert.NONE, value);
      return;
    }
    boolean plain =
        key instanceof String
            || key instanceof Integer
            || key instanceof Long
            || key instanceof BigInteger
            || key instanceof Double
            || key instanceof Boolean
            || key instanceof Object[];
    if (!plain) {
      throw new PickleDamage("a dictionary has a key that is no text, number or tuple");
    }
    // Python has one kind of whole numbers, the library three.
    entries.put(key instanceof Integer number ? (Object) (long) number : key, value);
  }

  /** Sets the state of the object, as its class in Python would do. */
  void build(@Nullable Object state) {
    switch (kind) {
      case PLAIN -> throw new PickleDamage("a plain dictionary is given a state");
      case ORDERED -> {
        // Attributes of the dictionary such as _metadata, which no tensor depends on.
      }
      case MODULE -> {
        if (!(state instanceof Dictionary attributes)) {
          throw new PickleDamage("a module of TorchScript has a state of its own making");
        }
        entries.putAll(attributes.entries);
      }
    }
  }
}
