package io.github.espalier.methods.trained;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Splitter;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * BERT's tokenizer for text without regard to case: words and punctuation are cut into the longest
 * pieces that the vocabulary has, from the left.
 *
 * <p>Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
 * Understanding", 2018, arXiv 1810.04805, and the settings in the tokenizer's file. Special tokens
 * are not looked for in the text.
 */
final class WordPiece {
  private static final String CONTINUED = "##";
  private static final int LONGEST_WORD = 100;

  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final int longest;

  /** Reads a tokenizer of this kind; the length at which it cuts texts is in the file too. */
  WordPiece(JsonNode file) {
    JsonNode model = file.get("model");
    if (!model.get("type").textValue().equals("WordPiece")
        || !file.get("normalizer").get("lowercase").booleanValue()) {
      throw new IllegalArgumentException("not a tokenizer of pieces of lower case words");
    }
    model
        .get("vocab")
        .properties()
        .forEach(e -> vocabulary.put(e.getKey(), e.getValue().intValue()));
    longest = file.get("truncation").get("max_length").intValue();
  }

  /** The token numbers of a text, with those that mark its beginning and end. */
  int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    for (String word : words(normalized(text))) {
      ids.addAll(pieces(word));
    }
    List<Integer> kept = ids.subList(0, Math.min(ids.size(), longest - 2));
    int[] result = new int[kept.size() + 2];
    result[0] = id("[CLS]");
    for (int i = 0; i < kept.size(); i++) {
      result[i + 1] = kept.get(i);
    }
    result[result.length - 1] = id("[SEP]");
    return result;
  }

  private int id(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalStateException("the vocabulary has no " + token);
    }
    return id;
  }

  /** Lower case without control characters and accents; ideographs become words of their own. */
  private static String normalized(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isSpace(c)) {
                clean.append(' ');
              } else if (Character.isIdeographic(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
              } else if (!isControl(c)) {
                clean.appendCodePoint(c);
              }
            });
    StringBuilder bare = new StringBuilder();
    Normalizer.normalize(clean, Normalizer.Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(bare::appendCodePoint);
    return bare.toString().toLowerCase(Locale.ROOT);
  }

  /** Words, with each punctuation mark as a word of its own. */
  private static List<String> words(String text) {
    StringBuilder spaced = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isPunctuation(c)) {
                spaced.append(' ').appendCodePoint(c).append(' ');
              } else {
                spaced.appendCodePoint(c);
              }
            });
    return Splitter.on(' ').omitEmptyStrings().splitToList(spaced);
  }

  private List<Integer> pieces(String word) {
    int[] points = word.codePoints().toArray();
    List<Integer> pieces = new ArrayList<>();
    for (int from = 0; from < points.length; ) {
      int to = points.length;
      Integer piece = null;
      while (to > from && piece == null) {
        piece = piece(points, from, to);
        to -= piece == null ? 1 : 0;
      }
      if (piece == null || points.length > LONGEST_WORD) {
        return List.of(id("[UNK]"));
      }
      pieces.add(piece);
      from = to;
    }
    return pieces;
  }

  private @Nullable Integer piece(int[] points, int from, int to) {
    String text = new String(points, from, to - from);
    return vocabulary.get(from == 0 ? text : CONTINUED + text);
  }

  private static boolean isSpace(int c) {
    return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
  }

  private static boolean isControl(int c) {
    return c == 0xFFFD
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.PRIVATE_USE,
              Character.SURROGATE,
              Character.UNASSIGNED ->
              true;
          default -> false;
        };
  }

  /** All of ASCII but letters and digits counts, and Unicode's punctuation. */
  private static boolean isPunctuation(int c) {
    if (c < 0x80) {
      return c > ' ' && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
