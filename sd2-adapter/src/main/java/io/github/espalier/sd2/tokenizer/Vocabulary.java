package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens with their ids, and which neighbours merge, in order of preference. */
final class Vocabulary {
  /** Ends every token that ends a word. */
  static final String END_OF_WORD = "</w>";

  /** Two tokens that become one. */
  record Merge(String left, String right) {
    String joined() {
      return left + right;
    }
  }

  private final ImmutableList<String> tokens;
  private final ImmutableMap<String, Integer> ids;
  private final ImmutableList<Merge> merges;
  private final Map<Long, Integer> ranks;
  private final int[] mergedIds;

  /**
   * Makes a vocabulary.
   *
   * @param tokens by id, no two the same
   * @param merges of tokens that all exist, no two the same, the most preferred first
   */
  Vocabulary(List<String> tokens, List<Merge> merges) {
    this.tokens = ImmutableList.copyOf(tokens);
    this.merges = ImmutableList.copyOf(merges);
    ImmutableMap.Builder<String, Integer> builder =
        ImmutableMap.builderWithExpectedSize(tokens.size());
    for (int id = 0; id < this.tokens.size(); id++) {
      builder.put(this.tokens.get(id), id);
    }
    ids = builder.buildOrThrow();
    mergedIds = new int[this.merges.size()];
    ranks = new HashMap<>(2 * mergedIds.length);
    for (int rank = 0; rank < mergedIds.length; rank++) {
      Merge merge = this.merges.get(rank);
      ranks.put(pair(idOf(merge.left()), idOf(merge.right())), rank);
      mergedIds[rank] = idOf(merge.joined());
    }
  }

  private int idOf(String token) {
    int id = id(token);
    if (id < 0) {
      throw new IllegalArgumentException("no token \"" + token + "\"");
    }
    return id;
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  ImmutableList<String> tokens() {
    return tokens;
  }

  ImmutableList<Merge> merges() {
    return merges;
  }

  String token(int id) {
    return tokens.get(id);
  }

  /** The id of a token, or -1. */
  int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  /** How early two neighbours merge, 0 first; or -1 if they never do. */
  int rank(int left, int right) {
    @Nullable Integer rank = ranks.get(pair(left, right));
    return rank == null ? -1 : rank;
  }

  int merged(int rank) {
    return mergedIds[rank];
  }
}
