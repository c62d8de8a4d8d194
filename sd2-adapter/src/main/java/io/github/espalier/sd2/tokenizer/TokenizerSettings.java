package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tokenizer's settings files say, with ids.
 *
 * @param maxLength longest sequence, start and end included
 * @param start begins every sequence
 * @param end ends every sequence
 * @param unknown stands for what has no token
 * @param pad fills a sequence up
 * @param others further tokens that are found in texts
 */
record TokenizerSettings(
    int maxLength,
    AddedToken start,
    AddedToken end,
    AddedToken unknown,
    AddedToken pad,
    ImmutableList<AddedToken> others) {
  /** The length that all published models have. */
  static final int USUAL_LENGTH = 77;

  /** Room for start and end. */
  static final int SHORTEST_LENGTH = 2;

  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";

  TokenizerSettings withPad(AddedToken token) {
    return new TokenizerSettings(maxLength, start, end, unknown, token, others);
  }

  TokenizerSettings withMaxLength(int length) {
    return new TokenizerSettings(length, start, end, unknown, pad, others);
  }

  /**
   * The tokens to find in a text, each once. A token with several roles is found as its last role
   * says, which is how transformers reads them.
   */
  List<AddedToken> special(BangPolicy bang) {
    List<AddedToken> all = new ArrayList<>(List.of(unknown, end, start));
    if (bang == BangPolicy.AS_PAD_TOKEN || withId(all, pad.id()).isPresent()) {
      all.add(0, pad);
    }
    for (AddedToken other : others) {
      if (bang == BangPolicy.AS_PAD_TOKEN || other.id() != pad.id()) {
        all.add(other);
      }
    }
    List<AddedToken> distinct = new ArrayList<>();
    for (AddedToken token : all) {
      if (withId(distinct, token.id()).isEmpty()) {
        distinct.add(token);
      }
    }
    return distinct;
  }

  private static Optional<AddedToken> withId(List<AddedToken> tokens, int id) {
    return tokens.stream().filter(token -> token.id() == id).findFirst();
  }
}
