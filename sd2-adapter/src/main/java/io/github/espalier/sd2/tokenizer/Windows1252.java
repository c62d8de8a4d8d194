package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableMap;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Windows-1252 as browsers read it: the five bytes it leaves open are control characters. */
final class Windows1252 {
  private static final String BYTES_80_TO_9F = decode();

  private static final Map<Character, Integer> BYTES = invert();

  private Windows1252() {}

  private static String decode() {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (0x80 + i);
    }
    String controls = new String(bytes, StandardCharsets.ISO_8859_1);
    StringBuilder characters =
        new StringBuilder(new String(bytes, Charset.forName("windows-1252")));
    for (int i = 0; i < bytes.length; i++) {
      if (characters.charAt(i) == '\uFFFD') {
        characters.setCharAt(i, controls.charAt(i));
      }
    }
    return characters.toString();
  }

  private static Map<Character, Integer> invert() {
    ImmutableMap.Builder<Character, Integer> bytes = ImmutableMap.builder();
    for (int i = 0; i < BYTES_80_TO_9F.length(); i++) {
      char character = BYTES_80_TO_9F.charAt(i);
      if (character > '\u00FF') {
        bytes.put(character, 0x80 + i);
      }
    }
    return bytes.buildOrThrow();
  }

  /** What a control character from U+0080 to U+009F was meant as; others stay. */
  static char ofControl(char character) {
    return character >= '\u0080' && character <= '\u009F'
        ? BYTES_80_TO_9F.charAt(character - 0x80)
        : character;
  }

  /** The byte above 127 that a character was read from, in Windows-1252 or in Latin-1; or -1. */
  static int byteOf(char character) {
    if (character >= '\u0080' && character <= '\u00FF') {
      return character;
    }
    return BYTES.getOrDefault(character, -1);
  }
}
