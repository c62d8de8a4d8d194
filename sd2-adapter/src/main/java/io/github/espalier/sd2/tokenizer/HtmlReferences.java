package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Character references of HTML 5: by name or by number.
 *
 * <p>Source: the HTML standard, "named character references" and "numeric character reference end
 * state", as Python's {@code html.unescape} reads them: references that stand for no character
 * vanish.
 */
final class HtmlReferences {
  private static final String RESOURCE = "html5-entities.txt";

  private static final Pattern ANY =
      Pattern.compile("&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([^\\t\\n\\f <&#;]{1,32};?))");

  private static final Pattern TERMINATED = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private HtmlReferences() {}

  /** Replaces all references, also those without a semicolon where HTML allows that. */
  static String unescape(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    Matcher matcher = ANY.matcher(text);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(valueOf(match)));
  }

  /**
   * Replaces references that end with a semicolon. As ftfy, also takes names in capitals for
   * capital letters, such as EACUTE, and leaves that for a semicolon alone.
   */
  static String unescapeTerminated(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    Matcher matcher = TERMINATED.matcher(text);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(terminated(match.group())));
  }

  private static String terminated(String reference) {
    if (reference.charAt(1) == '#') {
      String value = unescape(reference);
      return value.indexOf(';') < 0 ? value : reference;
    }
    String name = reference.substring(1);
    @Nullable String value = Names.ALL.get(name);
    if (value != null) {
      return value;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    @Nullable String small = Names.ALL.get(lower);
    boolean capitals = name.equals(lower.toUpperCase(Locale.ROOT));
    boolean otherwiseUnknown = unescape(reference).equals(reference);
    return small != null && capitals && otherwiseUnknown
        ? small.toUpperCase(Locale.ROOT)
        : reference;
  }

  private static String valueOf(MatchResult match) {
    if (match.group(1) != null) {
      return numbered(match.group(1), 10);
    }
    if (match.group(2) != null) {
      return numbered(match.group(2), 16);
    }
    return named(match.group(3));
  }

  private static String named(String name) {
    // The longest name wins: "notit" is a negation sign and "it".
    for (int end = name.length(); end > 1; end--) {
      @Nullable String value = Names.ALL.get(name.substring(0, end));
      if (value != null) {
        return value + name.substring(end);
      }
    }
    return "&" + name;
  }

  private static String numbered(String digits, int radix) {
    int point = 0;
    for (int i = 0; i < digits.length() && point <= Character.MAX_CODE_POINT; i++) {
      point = point * radix + Character.digit(digits.charAt(i), radix);
    }
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    if (point == 0 || point > Character.MAX_CODE_POINT || surrogate) {
      return "\uFFFD";
    }
    if (point >= 0x80 && point < 0xA0) {
      String character = new String(new byte[] {(byte) point}, WINDOWS);
      return character.equals("\uFFFD") ? Character.toString(point) : character;
    }
    return isNoCharacter(point) ? "" : Character.toString(point);
  }

  private static boolean isNoCharacter(int point) {
    boolean control = point < ' ' && "\t\n\f\r".indexOf(point) < 0;
    boolean reserved = (point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFE) == 0xFFFE;
    return control || point == 0x7F || reserved;
  }

  /** Read when first needed. */
  private static final class Names {
    static final Map<String, String> ALL = read();

    private static Map<String, String> read() {
      ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
      try (InputStream stream =
              Objects.requireNonNull(HtmlReferences.class.getResourceAsStream(RESOURCE), RESOURCE);
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          int tab = line.indexOf('\t');
          StringBuilder value = new StringBuilder();
          for (String point : line.substring(tab + 1).split(" ", -1)) {
            value.appendCodePoint(Integer.parseInt(point, 16));
          }
          names.put(line.substring(0, tab), value.toString());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(RESOURCE, e);
      }
      return names.buildOrThrow();
    }
  }
}
