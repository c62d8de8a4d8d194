package io.github.espalier.sd2.tokenizer;

import java.util.Locale;

/**
 * Lower case as Unicode defines it, by itself and in context.
 *
 * <p>The only context that matters without a language is the capital sigma at the end of a word.
 * Source: the Unicode Standard, section 3.13, table "Context Specification for Casing", condition
 * {@code Final_Sigma}. Java's own method looks for word boundaries instead, which differ next to
 * letters without case.
 */
final class LowerCase {
  private static final int CAPITAL_SIGMA = '\u03A3';
  private static final char SIGMA = '\u03C3';
  private static final char FINAL_SIGMA = '\u03C2';

  /** What Unicode's word boundaries call MidLetter, MidNumLet and Single_Quote. */
  private static final String INSIDE_WORDS =
      "':.\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

  private LowerCase() {}

  /** Lower case of each character alone, as Rust's characters have it. */
  static String ofEach(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(point, lower));
    return lower.toString();
  }

  /** Lower case of a text, as Python's strings have it. */
  static String inContext(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    boolean cased = false;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (point == CAPITAL_SIGMA) {
        lower.append(cased && !isBeforeCased(text, i) ? FINAL_SIGMA : SIGMA);
      } else {
        append(point, lower);
      }
      cased = isCaseIgnorable(point) ? cased : isCased(point);
    }
    return lower.toString();
  }

  private static void append(int point, StringBuilder lower) {
    if (point < 128) {
      lower.append((char) Character.toLowerCase(point));
    } else {
      // Unlike Character's method, this one knows letters whose lower case is two.
      lower.append(Character.toString(point).toLowerCase(Locale.ROOT));
    }
  }

  private static boolean isBeforeCased(String text, int start) {
    for (int i = start; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (!isCaseIgnorable(point)) {
        return isCased(point);
      }
      i += Character.charCount(point);
    }
    return false;
  }

  private static boolean isCased(int point) {
    return Character.isLowerCase(point)
        || Character.isUpperCase(point)
        || Character.isTitleCase(point);
  }

  private static boolean isCaseIgnorable(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> INSIDE_WORDS.indexOf(point) >= 0;
    };
  }
}
