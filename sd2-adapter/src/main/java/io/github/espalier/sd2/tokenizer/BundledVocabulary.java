package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * CLIP's vocabulary: 256 bytes, the same at the end of a word, 48,894 merges, start and end.
 *
 * <p>Source: {@code bpe_simple_vocab_16e6.txt} of openai/CLIP, lines 1 to 48,894.
 */
final class BundledVocabulary {
  private static final String RESOURCE = "clip-merges.txt.gz";

  private BundledVocabulary() {}

  /** Read when first needed. */
  private static final class Holder {
    static final ClipTokenizer TOKENIZER = make();
  }

  static ClipTokenizer tokenizer() {
    return Holder.TOKENIZER;
  }

  private static ClipTokenizer make() {
    List<Vocabulary.Merge> merges = merges();
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < ByteSymbols.COUNT; i++) {
      tokens.add(Character.toString(ByteSymbols.inOrder(i)));
    }
    for (int i = 0; i < ByteSymbols.COUNT; i++) {
      tokens.add(tokens.get(i) + Vocabulary.END_OF_WORD);
    }
    merges.forEach(merge -> tokens.add(merge.joined()));
    AddedToken start = new AddedToken(TokenizerSettings.START, tokens.size(), true);
    AddedToken end = new AddedToken(TokenizerSettings.END, tokens.size() + 1, true);
    tokens.add(start.content());
    tokens.add(end.content());
    AddedToken pad = new AddedToken("!", 0, false);
    return new ClipTokenizer(
        new Vocabulary(tokens, merges),
        new TokenizerSettings(
            TokenizerSettings.USUAL_LENGTH, start, end, end, pad, ImmutableList.of()),
        TextCleaning.DIFFUSERS_FAST,
        BangPolicy.AS_PAD_TOKEN);
  }

  private static List<Vocabulary.Merge> merges() {
    List<Vocabulary.Merge> merges = new ArrayList<>();
    try (InputStream stream =
            Objects.requireNonNull(
                BundledVocabulary.class.getResourceAsStream(RESOURCE), RESOURCE);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(stream), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        merges.add(new Vocabulary.Merge(line.substring(0, space), line.substring(space + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
    return merges;
  }
}
