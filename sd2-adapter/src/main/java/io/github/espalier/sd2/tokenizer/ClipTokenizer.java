package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.text.LoneSurrogates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * CLIP's tokenizer: byte-pair encoding of cleaned, lower-case words.
 *
 * <p>A text is cleaned ({@link TextCleaning}), cut into runs of letters, single digits, English
 * contractions and runs of anything else but white space, and each of these is merged from its
 * UTF-8 bytes to tokens of the vocabulary. Special tokens that are written in a text, such as
 * {@code <|endoftext|>}, become those tokens, as in transformers; {@link BangPolicy} says whether
 * the pad token does.
 *
 * <p>Source: Radford et al., "Learning Transferable Visual Models From Natural Language
 * Supervision", 2021, section 2.4, and the behaviour of openai/CLIP and of transformers' {@code
 * CLIPTokenizer}, with which this class is compared text by text.
 *
 * <p>Any string can be tokenized: an empty one, one with NUL characters, one of any length. A lone
 * surrogate counts as U+FFFD.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class ClipTokenizer {
  private static final String SPACE_LETTER_DIGIT = "\\p{IsWhite_Space}\\p{L}\\p{N}";
  private static final String LETTERS_OR_DIGIT = "\\p{L}+|\\p{N}|";
  private static final String CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d|";
  private static final String WRITTEN_SPECIAL = "<\\|(?:start|end)oftext\\|>|";

  private static final Pattern FAST =
      Pattern.compile(CONTRACTIONS + LETTERS_OR_DIGIT + "[^" + SPACE_LETTER_DIGIT + "]+");

  /**
   * Case matters still: the long s has no other lower case, but is a small s. The iota below is no
   * letter, but where case does not matter equals one, so that no alternative matches it.
   */
  private static final Pattern SLOW =
      Pattern.compile(
          WRITTEN_SPECIAL
              + CONTRACTIONS
              + LETTERS_OR_DIGIT
              + "[^"
              + SPACE_LETTER_DIGIT
              + "\\u0345]+",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private final Vocabulary vocabulary;
  private final TokenizerSettings settings;
  private final TextCleaning cleaning;
  private final BangPolicy bang;
  private final SpecialTokens beforeCleaning;
  private final SpecialTokens afterCleaning;
  private final Map<String, Integer> written;

  ClipTokenizer(
      Vocabulary vocabulary, TokenizerSettings settings, TextCleaning cleaning, BangPolicy bang) {
    this.vocabulary = vocabulary;
    this.settings = settings;
    this.cleaning = cleaning;
    this.bang = bang;
    List<AddedToken> special = settings.special(bang);
    beforeCleaning =
        new SpecialTokens(special.stream().filter(each -> isFoundUncleaned(each)).toList());
    afterCleaning =
        new SpecialTokens(
            cleaning == TextCleaning.DIFFUSERS_FAST
                ? special.stream().filter(each -> !isFoundUncleaned(each)).toList()
                : List.of());
    written =
        special.stream().collect(Collectors.toUnmodifiableMap(AddedToken::content, AddedToken::id));
  }

  private boolean isFoundUncleaned(AddedToken token) {
    return switch (cleaning) {
      case DIFFUSERS_FAST -> !token.normalized();
      case DIFFUSERS_SLOW -> true;
      case OPENAI -> token.id() != settings.start().id() && token.id() != settings.end().id();
    };
  }

  /**
   * Returns the tokenizer of Stable Diffusion 2 with CLIP's own vocabulary of 49,408 tokens, which
   * ships with this library: for checkpoints of a single file, which have no tokenizer. It pads
   * with {@code !} to 77 tokens, and cleans texts as diffusers does today.
   *
   * @return the tokenizer
   */
  public static ClipTokenizer openAi() {
    return BundledVocabulary.tokenizer();
  }

  /**
   * Reads a checkpoint's tokenizer: {@code vocab.json} and {@code merges.txt}, or {@code
   * tokenizer.json} where the former are missing, and what {@code tokenizer_config.json} and {@code
   * special_tokens_map.json} say about special tokens and the length. The latter wins, unless the
   * former has an {@code added_tokens_decoder}, as in transformers. Texts are cleaned as diffusers
   * does today.
   *
   * @param folder the tokenizer's folder, such as {@code tokenizer} of a diffusers folder
   * @return the tokenizer
   * @throws io.github.espalier.core.model.CheckpointFormatException if a file is malformed: not
   *     JSON, ids with gaps or used twice, merges of unknown tokens, special tokens that the
   *     vocabulary lacks
   * @throws IOException if a file is missing or cannot be read
   */
  public static ClipTokenizer read(Path folder) throws IOException {
    return TokenizerFolder.read(folder);
  }

  /**
   * Sets how texts are cleaned.
   *
   * @param value what the default, {@link TextCleaning#DIFFUSERS_FAST}, is replaced by
   * @return a tokenizer with that option
   */
  public ClipTokenizer withCleaning(TextCleaning value) {
    return new ClipTokenizer(vocabulary, settings, value, bang);
  }

  /**
   * Sets what the pad token means in a text.
   *
   * @param value what the default, {@link BangPolicy#AS_PAD_TOKEN}, is replaced by
   * @return a tokenizer with that option
   */
  public ClipTokenizer withBang(BangPolicy value) {
    return new ClipTokenizer(vocabulary, settings, cleaning, value);
  }

  /**
   * Sets the pad token. Stable Diffusion 2 has {@code !}, Stable Diffusion 1 {@code <|endoftext|>}.
   *
   * @param token a token of the vocabulary
   * @return a tokenizer with that option
   * @throws IllegalArgumentException if the vocabulary has no such token
   */
  public ClipTokenizer withPadToken(String token) {
    int id = vocabulary.id(token);
    if (id < 0) {
      throw new IllegalArgumentException("the vocabulary has no token \"" + token + "\"");
    }
    AddedToken pad = new AddedToken(token, id, false);
    return new ClipTokenizer(vocabulary, settings.withPad(pad), cleaning, bang);
  }

  /**
   * Sets the length of what {@link #encode} returns.
   *
   * @param length number of tokens, at least 2; 77 for the published models
   * @return a tokenizer with that option
   * @throws IllegalArgumentException if the length is less than 2
   */
  public ClipTokenizer withMaxLength(int length) {
    if (length < TokenizerSettings.SHORTEST_LENGTH) {
      throw new IllegalArgumentException(
          "length is " + length + ", expected at least 2, for start and end");
    }
    return new ClipTokenizer(vocabulary, settings.withMaxLength(length), cleaning, bang);
  }

  /**
   * Returns how texts are cleaned.
   *
   * @return the option
   */
  public TextCleaning cleaning() {
    return cleaning;
  }

  /**
   * Returns what the pad token means in a text.
   *
   * @return the option
   */
  public BangPolicy bang() {
    return bang;
  }

  /**
   * Returns the length of what {@link #encode} returns.
   *
   * @return number of tokens
   */
  public int maxLength() {
    return settings.maxLength();
  }

  /**
   * Returns the number of tokens.
   *
   * @return one more than the highest id
   */
  public int vocabularySize() {
    return vocabulary.tokens().size();
  }

  /**
   * Returns the token that begins every sequence.
   *
   * @return its id
   */
  public int startId() {
    return settings.start().id();
  }

  /**
   * Returns the token that ends every sequence.
   *
   * @return its id
   */
  public int endId() {
    return settings.end().id();
  }

  /**
   * Returns the token that fills sequences up.
   *
   * @return its id
   */
  public int padId() {
    return settings.pad().id();
  }

  /**
   * Returns a token as the vocabulary writes it: each character stands for a byte, and {@code </w>}
   * for the end of a word.
   *
   * @param id from 0 to the number of tokens, exclusive
   * @return the token
   * @throws IllegalArgumentException if there is no such id
   */
  public String token(int id) {
    if (id < 0 || id >= vocabularySize()) {
      throw new IllegalArgumentException(
          "no token has id " + id + ", expected 0 to " + (vocabularySize() - 1));
    }
    return vocabulary.token(id);
  }

  /**
   * Encodes a text for the text encoder. A text that is too long loses its end, never the end
   * token.
   *
   * @param text any text
   * @return exactly as many ids as {@link #maxLength} says, and what was cut off
   */
  public Tokens encode(String text) {
    List<Integer> all = bpe(text);
    int kept = Math.min(all.size(), maxLength() - 2);
    ImmutableList.Builder<Integer> ids = ImmutableList.builderWithExpectedSize(maxLength());
    ids.add(startId()).addAll(all.subList(0, kept)).add(endId());
    ids.addAll(Collections.nCopies(maxLength() - 2 - kept, padId()));
    List<Integer> removed = all.subList(kept, all.size());
    return new Tokens(ids.build(), kept + 2, removed, decode(removed));
  }

  /**
   * Encodes a text without start, end, padding or limit.
   *
   * @param text any text
   * @return the ids, none for an empty text
   */
  public List<Integer> bpe(String text) {
    List<Integer> ids = new ArrayList<>();
    String sound = LoneSurrogates.replace(text);
    beforeCleaning.split(
        sound,
        ids::add,
        dirty ->
            afterCleaning.split(
                cleaning.clean(dirty), ids::add, clean -> addWords(clean, ids::add)));
    return ImmutableList.copyOf(ids);
  }

  private void addWords(String clean, IntConsumer sink) {
    boolean fast = cleaning == TextCleaning.DIFFUSERS_FAST;
    Matcher words = (fast ? FAST : SLOW).matcher(clean);
    while (words.find()) {
      String word = words.group();
      if (!fast && word.startsWith("<|") && written.containsKey(word)) {
        sink.accept(written.get(word));
      } else {
        BytePairs.encode(vocabulary, word, settings.unknown().id(), sink);
      }
    }
  }

  /**
   * Turns ids back into text. Words are separated by one space each, also where the text had none
   * (before a comma, say); special tokens appear as they are written; bytes that are not UTF-8,
   * such as those of a character cut in two, become U+FFFD.
   *
   * @param ids each from 0 to the number of tokens, exclusive
   * @return the cleaned text, but for its spaces
   * @throws IllegalArgumentException if there is no such id
   */
  public String decode(List<Integer> ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      String token = token(id);
      boolean endsWord = token.endsWith(Vocabulary.END_OF_WORD);
      int end = token.length() - (endsWord ? Vocabulary.END_OF_WORD.length() : 0);
      bytes.writeBytes(ByteSymbols.bytesOf(token.substring(0, end)));
      if (endsWord) {
        bytes.write(' ');
      }
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    return text.endsWith(" ") ? text.substring(0, text.length() - 1) : text;
  }

  /** Names the options, for a log. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ClipTokenizer(%d tokens, length %d, pad %d, %s, %s)",
        vocabularySize(),
        maxLength(),
        padId(),
        cleaning,
        bang);
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }
}
