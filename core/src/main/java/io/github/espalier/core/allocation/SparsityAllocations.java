package io.github.espalier.core.allocation;

import io.github.espalier.core.text.NearestNames;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds sparsity allocations by name, in every jar on the class path. Stateless. */
public final class SparsityAllocations {
  private SparsityAllocations() {}

  /**
   * Finds an allocation.
   *
   * @param name its {@linkplain SparsityAllocation#name() name}
   * @return the allocation
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static SparsityAllocation named(String name) {
    SortedMap<String, SparsityAllocation> allocations = load();
    SparsityAllocation allocation = allocations.get(name);
    if (allocation == null) {
      throw new IllegalArgumentException(
          "unknown sparsity allocation '"
              + name
              + "'; available: "
              + String.join(", ", allocations.keySet())
              + "; nearest: "
              + NearestNames.list(name, allocations.keySet()));
    }
    return allocation;
  }

  /**
   * Returns the names of all allocations.
   *
   * @return in alphabetical order
   */
  public static List<String> names() {
    return new ArrayList<>(load().keySet());
  }

  private static SortedMap<String, SparsityAllocation> load() {
    SortedMap<String, SparsityAllocation> allocations = new TreeMap<>();
    for (SparsityAllocation allocation : ServiceLoader.load(SparsityAllocation.class)) {
      SparsityAllocation other = allocations.putIfAbsent(allocation.name(), allocation);
      if (other != null && !other.getClass().equals(allocation.getClass())) {
        throw new IllegalStateException(
            "two sparsity allocations are named '"
                + allocation.name()
                + "': "
                + other.getClass().getName()
                + " and "
                + allocation.getClass().getName());
      }
    }
    return allocations;
  }
}
