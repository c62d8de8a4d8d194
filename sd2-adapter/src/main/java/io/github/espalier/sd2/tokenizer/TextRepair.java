package io.github.espalier.sd2.tokenizer;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Repairs texts as people paste them, by a subset of what the Python package ftfy does; {@link
 * TextCleaning#DIFFUSERS_SLOW} says which.
 *
 * <p>Checked against ftfy 6.3.1 for every code point by itself.
 */
final class TextRepair {
  private static final int MOST_ROUNDS = 16;

  private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001B\\[[0-9;]*[A-Za-z]");

  private TextRepair() {}

  static String repair(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    boolean html = false;
    int start = 0;
    while (start < text.length()) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed + 1;
      String line = text.substring(start, end);
      // A tag makes all that follows HTML, whose references are meant as they are.
      html |= line.indexOf('<') >= 0;
      repaired.append(repairLine(line, !html));
      start = end;
    }
    return repaired.toString();
  }

  private static String repairLine(String line, boolean unescape) {
    String text = line;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      String before = text;
      if (unescape) {
        text = HtmlReferences.unescapeTerminated(text);
      }
      text = Mojibake.repair(text);
      text = TERMINAL_ESCAPE.matcher(text).replaceAll("");
      text = Normalizer.normalize(plainCharacters(text), Normalizer.Form.NFC);
      if (text.equals(before)) {
        break;
      }
    }
    return text;
  }

  private static String plainCharacters(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      appendPlain(Windows1252.ofControl(text.charAt(i)), plain);
    }
    return plain.toString();
  }

  private static void appendPlain(char character, StringBuilder plain) {
    if (isSingleQuote(character)) {
      plain.append('\'');
    } else if (character >= '\u201C' && character <= '\u201F') {
      plain.append('"');
    } else if (character == '\u0149') {
      plain.append("'n");
    } else if (character == '\uFB05') {
      plain.append("\u017Ft");
    } else if (isLigature(character)) {
      plain.append(Normalizer.normalize(Character.toString(character), Normalizer.Form.NFKC));
    } else if (!isControl(character)) {
      plain.append(character);
    }
  }

  private static boolean isSingleQuote(char character) {
    return character == '\u02BC' || (character >= '\u2018' && character <= '\u201B');
  }

  /** Letters in one character, and characters of unusual width. */
  private static boolean isLigature(char character) {
    return (character >= '\u0132' && character <= '\u0133')
        || (character >= '\u01C4' && character <= '\u01CC')
        || (character >= '\u01F1' && character <= '\u01F3')
        || (character >= '\uFB00' && character <= '\uFB06')
        || (character >= '\uFF01' && character <= '\uFFEF')
        || character == '\u3000';
  }

  private static boolean isControl(char character) {
    boolean ascii = (character < ' ' && "\t\n\f\r".indexOf(character) < 0) || character == '\u007F';
    boolean deprecated = character >= '\u206A' && character <= '\u206F';
    boolean interlinear = character >= '\uFFF9' && character <= '\uFFFC';
    return ascii || deprecated || interlinear || character == '\uFEFF';
  }
}
