package io.github.espalier.core.text;

/** Makes any string one that UTF-8 can hold. Stateless. */
public final class LoneSurrogates {
  private LoneSurrogates() {}

  /**
   * Replaces each surrogate that has no partner.
   *
   * @param text any text
   * @return the text with U+FFFD in their places
   */
  public static String replace(String text) {
    StringBuilder sound = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
        .forEach(sound::appendCodePoint);
    return sound.toString();
  }
}
