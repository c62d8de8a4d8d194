package io.github.espalier.core.model;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A part of a model that is pruned with settings of its own, such as the text encoder.
 *
 * @param name lower-case name, as checkpoints spell it
 */
public record Component(@JsonValue String name) implements Comparable<Component> {
  /**
   * Checks the name.
   *
   * @param name of one or more characters a-z, 0-9 and _
   * @throws IllegalArgumentException if it has others
   */
  public Component {
    if (!name.matches("[a-z0-9_]+")) {
      throw new IllegalArgumentException(
          "component name '" + name + "' has characters other than a-z, 0-9 and _");
    }
  }

  @Override
  public int compareTo(Component other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
