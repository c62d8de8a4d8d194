package io.github.espalier.sd2.torch;

/** Makes text of untrusted files fit for one line of a message. */
final class Printable {
  private static final int LIMIT = 120;

  private Printable() {}

  /** Returns a name, shortened in the middle, with a question mark for what cannot be printed. */
  static String name(String name) {
    if (name.isEmpty()) {
      return "\"\"";
    }
    int half = LIMIT / 2 - 2;
    String shown =
        name.length() <= LIMIT
            ? name
            : name.substring(0, half) + "..." + name.substring(name.length() - half);
    return shown.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
