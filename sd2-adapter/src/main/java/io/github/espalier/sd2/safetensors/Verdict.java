package io.github.espalier.sd2.safetensors;

/**
 * The outcome of {@linkplain Safetensors#verify verifying} a file: accepted or rejected. Immutable.
 */
public sealed interface Verdict {
  /**
   * The file is well-formed.
   *
   * @param header what it holds
   */
  record Accepted(SafetensorsHeader header) implements Verdict {}

  /**
   * The file is not well-formed.
   *
   * @param reason why, in one line without control characters, whatever the file has in its names
   */
  record Rejected(String reason) implements Verdict {}

  /**
   * Tells which of the two it is.
   *
   * @return true if accepted
   */
  default boolean isAccepted() {
    return this instanceof Accepted;
  }
}
