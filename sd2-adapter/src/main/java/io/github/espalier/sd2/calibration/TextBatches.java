package io.github.espalier.sd2.calibration;

import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;

/** Captions as tokens, in batches that never cross a point at which sums are saved. */
final class TextBatches {
  private static final int MOST = 8;

  private final Captions captions;
  private final boolean padTokens;
  private final List<Tokens> tokens;
  private final List<Batch> batches = new ArrayList<>();

  TextBatches(Captions captions, ClipTokenizer tokenizer, boolean padTokens, int saveEvery) {
    this.captions = captions;
    this.padTokens = padTokens;
    this.tokens = captions.texts().stream().map(tokenizer::encode).toList();
    for (int from = 0; from < tokens.size(); ) {
      int saved = (from / saveEvery + 1) * saveEvery;
      int to = Math.min(Math.min(from + MOST, saved), tokens.size());
      batches.add(new Batch(from, to));
      from = to;
    }
  }

  List<Batch> all() {
    return batches;
  }

  /** The batches of some captions, which must begin and end with a batch. */
  List<Batch> between(int from, int to) {
    return batches.stream().filter(batch -> batch.from >= from && batch.to <= to).toList();
  }

  /** Some captions, from and up to, exclusive. */
  final class Batch implements SumCollector.Choice {
    private final int from;
    private final int to;

    private Batch(int from, int to) {
      this.from = from;
      this.to = to;
    }

    List<int[]> ids() {
      return tokens.subList(from, to).stream()
          .map(each -> each.ids().stream().mapToInt(Integer::intValue).toArray())
          .toList();
    }

    @Override
    public int rows(InputGroup group, int sample, int all) {
      return padTokens ? all : tokens.get(from + sample).length();
    }

    @Override
    public double weight(InputGroup group) {
      return 1;
    }

    @Override
    public String caption(int sample) {
      int index = from + sample;
      return "caption " + (index + 1) + ", '" + captions.texts().get(index) + "'";
    }
  }
}
