package io.github.espalier.sd2.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.razorvine.pickle.UnpickleStack;
import org.jspecify.annotations.Nullable;

/**
 * Says where in the saved object an unpickler is. Dictionaries are not filled before all of their
 * entries are read, so the keys on the way are on the stack: after each mark, the entries so far of
 * the dictionary below it.
 */
final class PickleStack {
  private PickleStack() {}

  /**
   * Takes all off a stack, and returns the keys that lead to what was to be put on it, joined by
   * dots; empty if there are none.
   */
  static String place(UnpickleStack stack) {
    List<List<Object>> parts = parts(stack);
    List<String> keys = new ArrayList<>();
    @Nullable Object parent = null;
    for (int i = 0; i < parts.size(); i++) {
      List<Object> part = parts.get(i);
      @Nullable Object top = part.isEmpty() ? null : part.get(part.size() - 1);
      if (i == 0 && part.size() > 1 && part.get(0) instanceof Dictionary) {
        // The only entry, as there is no mark: what follows are parts of its value.
        addKey(keys, part.get(1));
      } else if (parent instanceof Dictionary) {
        // A container that is being filled is a value, whose key is before it.
        boolean open = i < parts.size() - 1 && isContainer(top);
        int before = part.size() - (open ? 1 : 0);
        if (before % 2 == 1) {
          addKey(keys, part.get(before - 1));
        }
      }
      parent = top;
    }
    return String.join(".", keys);
  }

  private static void addKey(List<String> keys, Object item) {
    if (item instanceof String key) {
      keys.add(key);
    }
  }

  private static boolean isContainer(@Nullable Object value) {
    return value instanceof Dictionary || value instanceof List;
  }

  /** What is between the marks, the lowest first. */
  private static List<List<Object>> parts(UnpickleStack stack) {
    List<List<Object>> parts = new ArrayList<>();
    parts.add(new ArrayList<>());
    while (stack.size() > 0) {
      Object item = stack.pop();
      // A mark is a bare object, which no pickle can make.
      if (item != null && item.getClass() == Object.class) {
        parts.add(new ArrayList<>());
      } else {
        parts.get(parts.size() - 1).add(item == null ? Inert.NONE : item);
      }
    }
    parts.forEach(Collections::reverse);
    Collections.reverse(parts);
    return parts;
  }
}
