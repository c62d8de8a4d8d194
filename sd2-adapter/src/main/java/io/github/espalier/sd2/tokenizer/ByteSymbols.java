package io.github.espalier.sd2.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The printable characters that stand for bytes in a vocabulary.
 *
 * <p>The 188 bytes that are printable in Latin-1 stand for themselves, the others for U+0100 and
 * what follows, in ascending order. Source: GPT-2's vocabulary, which CLIP's follows.
 */
final class ByteSymbols {
  static final int COUNT = 256;

  private static final char[] SYMBOLS = new char[COUNT];
  private static final int[] BYTES = new int[2 * COUNT];
  private static final int[] ORDER = new int[COUNT];

  static {
    Arrays.fill(BYTES, -1);
    int printable = 0;
    int other = 0;
    for (int value = 0; value < COUNT; value++) {
      SYMBOLS[value] = (char) (isPrintable(value) ? value : COUNT + other++);
      BYTES[SYMBOLS[value]] = value;
    }
    for (int value = 0; value < COUNT; value++) {
      if (isPrintable(value)) {
        ORDER[printable++] = value;
      }
    }
    for (int value = 0; value < COUNT; value++) {
      if (!isPrintable(value)) {
        ORDER[printable++] = value;
      }
    }
  }

  private ByteSymbols() {}

  private static boolean isPrintable(int value) {
    boolean latin = value > 0xA0 && value != 0xAD;
    return (value > ' ' && value < 0x7F) || latin;
  }

  static char of(int value) {
    return SYMBOLS[value];
  }

  /** The symbol with this token id in CLIP's vocabulary, where printable bytes come first. */
  static char inOrder(int index) {
    return SYMBOLS[ORDER[index]];
  }

  /** The bytes that a token stands for; of a token that is not made of symbols, its UTF-8. */
  static byte[] bytesOf(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char symbol = token.charAt(i);
      if (symbol >= BYTES.length || BYTES[symbol] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[symbol];
    }
    return bytes;
  }
}
