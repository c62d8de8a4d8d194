package io.github.espalier.sd2.tokenizer;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * How a text is cleaned before it is cut into words.
 *
 * <p>Every lone surrogate becomes U+FFFD first: the reference implementations either cannot hold
 * one or fail. "White space" is Unicode's property {@code White_Space}.
 *
 * <p>Letters, case and composition are those of the Java runtime's Unicode (13 in Java 17), where
 * the references have newer ones. A text agrees unless it holds characters that were assigned
 * later; those count as neither letters nor digits here.
 *
 * <p>As in the originals, {@link #DIFFUSERS_SLOW} and {@link #OPENAI} lose the combining iota
 * U+0345 where it is not composed.
 */
public enum TextCleaning {
  /**
   * What diffusers does today: {@code CLIPTokenizerFast} of transformers 4 and {@code
   * CLIPTokenizer} of transformers 5. Composition (NFC), white space to one space, lower case.
   * Lower case is that of each character alone, as in Rust, so that a capital sigma at the end of a
   * word becomes a medial one.
   */
  DIFFUSERS_FAST {
    @Override
    String clean(String text) {
      String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
      return LowerCase.ofEach(oneSpace(composed));
    }
  },
  /**
   * {@code CLIPTokenizer} of transformers 4 with the package ftfy, which diffusers used before and
   * the paper used: text repair, white space to one space, lower case by context. Special tokens
   * are found before the cleaning, and what is between them is cleaned by itself.
   *
   * <p>The repair is a subset of ftfy 6, line by line: character references such as the one for an
   * ampersand, in a text without {@code <}; UTF-8 that was read as Windows-1252 or Latin-1, where
   * no other reading is likely; C1 control characters meant as Windows-1252; Latin ligatures;
   * fullwidth and halfwidth forms; curly quotes; escape sequences of terminals and control
   * characters; NFC. Not repaired: UTF-8 that was read as another encoding, mixed or lossy damage,
   * a non-breaking space that has become a plain one, and short sequences that could be meant as
   * they are. Rarely, ftfy takes a sequence to be meant that is repaired here. Repairs that repeat
   * stop after 16 rounds.
   */
  DIFFUSERS_SLOW {
    @Override
    String clean(String text) {
      return LowerCase.inContext(oneSpace(TextRepair.repair(text)).strip());
    }
  },
  /**
   * OpenAI's own tokenizer and OpenCLIP's: text repair as in {@link #DIFFUSERS_SLOW}, character
   * references of HTML 5 twice, white space to one space, lower case by context.
   */
  OPENAI {
    @Override
    String clean(String text) {
      String plain = TextRepair.repair(text);
      plain = HtmlReferences.unescape(HtmlReferences.unescape(plain));
      return LowerCase.inContext(oneSpace(plain).strip());
    }
  };

  private static final Pattern WHITE_SPACE = Pattern.compile("\\p{IsWhite_Space}+");

  /** Cleans a text, or what is between two special tokens; surrogates must be paired. */
  abstract String clean(String text);

  private static String oneSpace(String text) {
    return WHITE_SPACE.matcher(text).replaceAll(" ");
  }
}
