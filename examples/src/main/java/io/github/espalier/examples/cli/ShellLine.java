package io.github.espalier.examples.cli;

/** A command line that a POSIX shell takes apart into the same words. */
final class ShellLine {
  private final StringBuilder line = new StringBuilder("espalier");

  ShellLine(String... words) {
    for (String word : words) {
      append(word);
    }
  }

  void add(String option, String value) {
    append(option);
    append(value);
  }

  private void append(String word) {
    boolean plain = word.matches("[\\w./:=,@%+-]+");
    line.append(' ').append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
