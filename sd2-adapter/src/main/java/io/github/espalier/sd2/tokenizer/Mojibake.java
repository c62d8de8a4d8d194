package io.github.espalier.sd2.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * Undoes one frequent accident: UTF-8 that was read as Windows-1252 or Latin-1, so that a curly
 * quote shows as three characters.
 *
 * <p>Characters are taken back to bytes only where these are well-formed UTF-8 and something says
 * that nobody meant the characters: a symbol such as the euro sign that follows a letter without a
 * space, or three sequences in a row. If all of a line can be taken back, one such place counts for
 * all of it. Letters before a guillemet, a dash or an ellipsis, which also make well-formed UTF-8,
 * say nothing.
 */
final class Mojibake {
  /** What stands beside words in ordinary texts. */
  private static final String PUNCTUATION =
      "\u00A0\u00A1\u00AB\u00BB\u00BF\u2013\u2014\u2018\u2019\u201C\u201D\u2022\u2026\u2039\u203A\u2122";

  /** Also ordinary after a small letter: signs for footnotes, powers, money and the like. */
  private static final String SIGNS =
      "\u00A3\u00A5\u00A7\u00A9\u00AA\u00AE\u00B0\u00B2\u00B3\u00B9\u00BA\u20AC";

  private static final char NO_BREAK_SPACE = '\u00A0';

  private Mojibake() {}

  /** Repairs a line. */
  static String repair(String line) {
    return repair(line, isAllDecodable(line) && repair(line, false).length() < line.length());
  }

  private static String repair(String line, boolean all) {
    StringBuilder repaired = new StringBuilder(line.length());
    int i = 0;
    while (i < line.length()) {
      int end = endOfRun(line, i);
      if (end > i && (all || hasEvidence(line, i, end))) {
        repaired.append(decode(line, i, end));
        i = end;
      } else {
        int next = Math.max(i + 1, end);
        repaired.append(line, i, next);
        i = next;
      }
    }
    return repaired.toString();
  }

  private static boolean isAllDecodable(String line) {
    int i = 0;
    while (i < line.length()) {
      int length = line.charAt(i) < 0x80 ? 1 : sequenceLength(line, i);
      if (length == 0) {
        return false;
      }
      i += length;
    }
    return true;
  }

  private static int endOfRun(String text, int start) {
    int end = start;
    int length = sequenceLength(text, end);
    while (length > 0) {
      end += length;
      length = sequenceLength(text, end);
    }
    return end;
  }

  private static boolean hasEvidence(String text, int start, int end) {
    int sequences = 0;
    boolean odd = false;
    for (int i = start; i < end; i += sequenceLength(text, i)) {
      sequences++;
      odd |= isOdd(text, i, sequenceLength(text, i));
    }
    return odd || sequences > 2;
  }

  /** Whether one sequence by itself cannot be meant. */
  private static boolean isOdd(String text, int at, int length) {
    char second = text.charAt(at + 1);
    boolean beforeLetter =
        at + length < text.length() && Character.isLetter(text.charAt(at + length));
    if (length > 2) {
      boolean symbolLater = second != NO_BREAK_SPACE && isSymbol(text.charAt(at + 2));
      return isEuroAfterA(text, at)
          || isSymbol(second)
          || symbolLater
          || (isSign(second) && beforeLetter);
    }
    char lead = text.charAt(at);
    boolean afterSmall = at > 0 && Character.isLowerCase(text.charAt(at - 1));
    boolean afterCapital = at > 0 && Character.isUpperCase(text.charAt(at - 1));
    if (lead == '\u00C2' || lead == '\u00C3') {
      return !isPunctuation(second) || !afterCapital || lead == '\u00C2';
    }
    boolean inWord = isSymbol(second) || (isSign(second) && !afterCapital);
    return (afterSmall && lead != '\u00DF') || (inWord && beforeLetter);
  }

  /** Begins the curly quotes and dashes, by far the most frequent. */
  private static boolean isEuroAfterA(String text, int at) {
    return text.charAt(at) == '\u00E2' && text.charAt(at + 1) == '\u20AC';
  }

  private static boolean isPunctuation(char character) {
    return PUNCTUATION.indexOf(character) >= 0;
  }

  private static boolean isSign(char character) {
    return SIGNS.indexOf(character) >= 0;
  }

  private static boolean isSymbol(char character) {
    return Windows1252.byteOf(character) < 0xC0 && !isPunctuation(character) && !isSign(character);
  }

  private static String decode(String text, int start, int end) {
    byte[] bytes = new byte[end - start];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Windows1252.byteOf(text.charAt(start + i));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The length of the well-formed sequence of two to four bytes that begins here, or 0. */
  private static int sequenceLength(String text, int at) {
    int lead = byteAt(text, at);
    int length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (int i = 1; i < length; i++) {
      int next = byteAt(text, at + i);
      if (next < 0x80 || next > 0xBF || (i == 1 && !followsLead(lead, next))) {
        return 0;
      }
    }
    return length;
  }

  /** Excludes overlong forms, surrogates, and what is beyond Unicode. */
  private static boolean followsLead(int lead, int second) {
    return switch (lead) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second < 0xA0;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second < 0x90;
      default -> true;
    };
  }

  private static int byteAt(String text, int at) {
    return at < text.length() ? Windows1252.byteOf(text.charAt(at)) : -1;
  }
}
