package io.github.espalier.core.method;

import io.github.espalier.core.text.NearestNames;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds pruning methods by name, in every jar on the class path. Stateless. */
public final class PruningMethods {
  private PruningMethods() {}

  /**
   * Finds a method.
   *
   * @param name its {@linkplain PruningMethod#name() name}
   * @return the method with its default settings
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static PruningMethod named(String name) {
    SortedMap<String, PruningMethod> methods = load();
    PruningMethod method = methods.get(name);
    if (method == null) {
      throw new IllegalArgumentException(
          "unknown pruning method '"
              + name
              + "'; available: "
              + (methods.isEmpty() ? "none" : String.join(", ", methods.keySet()))
              + (methods.isEmpty() ? "" : "; nearest: " + nearest(name, methods))
              + ". A method of your own needs its jar on the class path and an entry in"
              + " META-INF/services/"
              + PruningMethod.class.getName());
    }
    return method;
  }

  private static String nearest(String name, SortedMap<String, PruningMethod> methods) {
    String list = NearestNames.list(name, methods.keySet());
    int comma = list.indexOf(',');
    return comma < 0 ? list : list.substring(0, comma);
  }

  /**
   * Returns the names of all methods.
   *
   * @return in alphabetical order
   */
  public static List<String> names() {
    return new ArrayList<>(load().keySet());
  }

  private static SortedMap<String, PruningMethod> load() {
    SortedMap<String, PruningMethod> methods = new TreeMap<>();
    for (PruningMethod method : ServiceLoader.load(PruningMethod.class)) {
      PruningMethod other = methods.putIfAbsent(method.name(), method);
      if (other != null && !other.getClass().equals(method.getClass())) {
        throw new IllegalStateException(
            "two pruning methods are named '"
                + method.name()
                + "': "
                + other.getClass().getName()
                + " and "
                + method.getClass().getName());
      }
    }
    return methods;
  }
}
