package io.github.espalier.sd2.safetensors;

import java.util.Locale;

/** Makes text of untrusted files fit for one line of a message. */
final class Printable {
  private static final int NAME_LIMIT = 120;
  private static final int LINE_LIMIT = 300;

  private Printable() {}

  /** Returns a name, escaped and shortened in the middle; an empty one as two quotes. */
  static String name(String name) {
    return name.isEmpty() ? "\"\"" : shorten(name, NAME_LIMIT);
  }

  /** Returns a sentence, escaped and shortened. */
  static String line(String text) {
    return shorten(text, LINE_LIMIT);
  }

  private static String shorten(String text, int limit) {
    if (text.length() <= limit) {
      return escape(text);
    }
    // Names of layers tell most at both ends: the component in front, the weight at the end.
    int half = limit / 2 - 2;
    return escape(text.substring(0, half)) + "..." + escape(text.substring(text.length() - half));
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isPlain(c)) {
                out.appendCodePoint(c);
              } else if (c < 0x10000) {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                out.append(String.format(Locale.ROOT, "\\u{%x}", c));
              }
            });
    return out.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
