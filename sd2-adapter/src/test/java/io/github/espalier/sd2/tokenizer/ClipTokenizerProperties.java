package io.github.espalier.sd2.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import io.github.espalier.core.text.LoneSurrogates;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class ClipTokenizerProperties {
  private static final ClipTokenizer CLIP = ClipTokenizer.openAi();

  /** Any UTF-16, lone surrogates included, with what the tokenizer treats specially. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> anything = Arbitraries.strings().all().ofMaxLength(20);
    Arbitrary<String> points =
        Arbitraries.integers().between(0, Character.MAX_CODE_POINT).map(Character::toString);
    Arbitrary<String> known =
        Arbitraries.of(
            "!",
            "'s",
            "'LL",
            "<|startoftext|>",
            "<|ENDOFTEXT|>",
            "&amp;",
            "&#",
            "\u00e2\u20ac",
            "\u00c3\u00a9",
            "\u00f0\u0178\u02dc\u20ac",
            "\u03a3",
            "\u0130",
            "e\u0301",
            " ",
            "\n",
            "<",
            "</w>",
            "\u001b[0m",
            "\uff21",
            "ab",
            "7");
    return Arbitraries.oneOf(anything, points, known)
        .list()
        .ofMaxSize(12)
        .map(l -> String.join("", l));
  }

  /**
   * Tokens are the bytes of the cleaned text and nothing else: with white space removed on both
   * sides, decoding gives that text. What is between special tokens is cleaned by itself. The
   * combining iota is lost where the references lose it.
   */
  @Property(tries = 3000)
  void decodingGivesTheCleanedTextBack(
      @ForAll("texts") String text, @ForAll TextCleaning cleaning, @ForAll BangPolicy bang) {
    ClipTokenizer tokenizer = CLIP.withCleaning(cleaning).withBang(bang);
    StringBuilder cleaned = new StringBuilder();
    new SpecialTokens(foundUncleaned(cleaning, bang))
        .split(
            LoneSurrogates.replace(text),
            id -> cleaned.append(tokenizer.token(id)),
            between -> cleaned.append(cleaning.clean(between)));

    String decoded = tokenizer.decode(tokenizer.bpe(text));

    boolean keepsIota = cleaning == TextCleaning.DIFFUSERS_FAST;
    String expected = cleaned.toString().replace(keepsIota ? "" : "\u0345", "");
    assertThat(withoutSpace(decoded)).isEqualTo(withoutSpace(expected));
  }

  private static List<AddedToken> foundUncleaned(TextCleaning cleaning, BangPolicy bang) {
    List<AddedToken> tokens = new ArrayList<>();
    if (bang == BangPolicy.AS_PAD_TOKEN) {
      tokens.add(new AddedToken("!", 0, false));
    }
    if (cleaning == TextCleaning.DIFFUSERS_SLOW) {
      tokens.add(new AddedToken("<|startoftext|>", 49_406, true));
      tokens.add(new AddedToken("<|endoftext|>", 49_407, true));
    }
    return tokens;
  }

  @Property(tries = 1000)
  void isNeverLongerThanTheLimit(
      @ForAll("texts") String text,
      @ForAll TextCleaning cleaning,
      @ForAll @IntRange(min = 2, max = 12) int length) {
    ClipTokenizer tokenizer = CLIP.withCleaning(cleaning).withMaxLength(length);

    Tokens tokens = tokenizer.encode(text);

    assertThat(tokens.ids()).hasSize(length).startsWith(49_406);
    assertThat(tokens.ids().get(tokens.length() - 1)).isEqualTo(49_407);
    assertThat(tokens.ids().subList(tokens.length(), length)).allMatch(id -> id == 0);
    assertThat(Iterables.concat(tokens.textIds(), tokens.removed()))
        .containsExactlyElementsOf(tokenizer.bpe(text));
    assertThat(tokens.truncated()).isEqualTo(tokenizer.bpe(text).size() > length - 2);
  }

  @Property(tries = 500)
  void isTheSameEveryTime(@ForAll("texts") String text, @ForAll TextCleaning cleaning) {
    ClipTokenizer tokenizer = CLIP.withCleaning(cleaning);
    assertThat(tokenizer.encode(text)).isEqualTo(tokenizer.encode(text));
  }

  /** Merging in a queue gives what merging the best pair everywhere, again and again, gives. */
  @Property(tries = 1000)
  void mergesAsTheDefinitionSays(
      @ForAll @AlphaChars @StringLength(min = 1, max = 24) String capitals) {
    String word = capitals.toLowerCase(Locale.ROOT);
    Vocabulary vocabulary = CLIP.vocabulary();
    List<String> parts = new ArrayList<>(List.of(word.split("", -1)));
    parts.removeIf(String::isEmpty);
    parts.add(parts.remove(parts.size() - 1) + "</w>");
    boolean merged = true;
    while (merged) {
      merged = mergeBest(vocabulary, parts);
    }
    assertThat(CLIP.bpe(word)).extracting(CLIP::token).isEqualTo(parts);
  }

  private static boolean mergeBest(Vocabulary vocabulary, List<String> parts) {
    int best = Integer.MAX_VALUE;
    for (int i = 0; i + 1 < parts.size(); i++) {
      int rank = vocabulary.rank(vocabulary.id(parts.get(i)), vocabulary.id(parts.get(i + 1)));
      best = rank < 0 ? best : Math.min(best, rank);
    }
    if (best == Integer.MAX_VALUE) {
      return false;
    }
    Vocabulary.Merge merge = vocabulary.merges().get(best);
    for (int i = 0; i + 1 < parts.size(); i++) {
      if (parts.get(i).equals(merge.left()) && parts.get(i + 1).equals(merge.right())) {
        parts.set(i, merge.joined());
        parts.remove(i + 1);
      }
    }
    return true;
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\p{IsWhite_Space}+", "");
  }
}
