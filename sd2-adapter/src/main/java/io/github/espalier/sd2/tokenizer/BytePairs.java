package io.github.espalier.sd2.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Byte-pair encoding of one word: its bytes, merged two neighbours at a time, those first that the
 * vocabulary prefers, from left to right.
 *
 * <p>Takes time in proportion to {@code n log n} for {@code n} bytes, so that a very long word is
 * no trouble. Source: Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with
 * Subword Units", 2016, section 3.2, with CLIP's mark at the end of a word.
 */
final class BytePairs {
  private static final int NONE = -1;

  private final Vocabulary vocabulary;
  private final int[] ids;
  private final int[] next;
  private final int[] previous;
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

  /** Neighbours that may merge, unless one of them has changed meanwhile. */
  private record Candidate(int rank, int position, int left, int right)
      implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byRank = Integer.compare(rank, other.rank);
      return byRank != 0 ? byRank : Integer.compare(position, other.position);
    }
  }

  private BytePairs(Vocabulary vocabulary, int[] ids) {
    this.vocabulary = vocabulary;
    this.ids = ids;
    next = new int[ids.length];
    previous = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      next[i] = i + 1 < ids.length ? i + 1 : NONE;
      previous[i] = i - 1;
    }
  }

  /**
   * Encodes a word.
   *
   * @param unknown stands for bytes that have no token
   */
  static void encode(Vocabulary vocabulary, String word, int unknown, IntConsumer sink) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      String symbol = Character.toString(ByteSymbols.of(Byte.toUnsignedInt(bytes[i])));
      boolean last = i == ids.length - 1;
      int id = vocabulary.id(last ? symbol + Vocabulary.END_OF_WORD : symbol);
      ids[i] = id < 0 ? unknown : id;
    }
    Arrays.stream(new BytePairs(vocabulary, ids).merge()).forEach(sink);
  }

  private int[] merge() {
    for (int i = 0; i + 1 < ids.length; i++) {
      offer(i);
    }
    while (!queue.isEmpty()) {
      Candidate best = queue.remove();
      int at = best.position();
      int right = next[at];
      if (ids[at] == best.left() && right != NONE && ids[right] == best.right()) {
        ids[at] = vocabulary.merged(best.rank());
        ids[right] = NONE;
        unlink(at, right);
        if (previous[at] != NONE) {
          offer(previous[at]);
        }
        offer(at);
      }
    }
    return Arrays.stream(ids).filter(id -> id != NONE).toArray();
  }

  private void unlink(int at, int right) {
    next[at] = next[right];
    if (next[at] != NONE) {
      previous[next[at]] = at;
    }
  }

  private void offer(int at) {
    int right = next[at];
    if (right != NONE) {
      int rank = vocabulary.rank(ids[at], ids[right]);
      if (rank >= 0) {
        queue.add(new Candidate(rank, at, ids[at], ids[right]));
      }
    }
  }
}
