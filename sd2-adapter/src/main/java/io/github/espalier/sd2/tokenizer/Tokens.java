package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * A text as the text encoder reads it. Immutable and safe for use by many threads.
 *
 * @param ids start, the text's tokens, end, and pad tokens up to the tokenizer's length
 * @param length how many of these are no padding: start, text and end; at least 2
 * @param removed tokens of the text that were cut off, since it was too long
 * @param removedText these as text, cleaned; "" if nothing was cut off
 */
public record Tokens(List<Integer> ids, int length, List<Integer> removed, String removedText) {
  /**
   * Checks the length, and copies the lists.
   *
   * @param ids start, the text's tokens, end, and pad tokens up to the tokenizer's length
   * @param length how many of these are no padding: start, text and end; at least 2
   * @param removed tokens of the text that were cut off, since it was too long
   * @param removedText these as text, cleaned; "" if nothing was cut off
   * @throws IllegalArgumentException if the length is below 2 or beyond the ids
   */
  public Tokens {
    ids = ImmutableList.copyOf(ids);
    removed = ImmutableList.copyOf(removed);
    if (length < 2 || length > ids.size()) {
      throw new IllegalArgumentException(
          "length is " + length + ", expected 2 to " + ids.size() + ", the number of ids");
    }
  }

  /**
   * Tells whether the text was too long.
   *
   * @return whether tokens were cut off
   */
  public boolean truncated() {
    return !removed.isEmpty();
  }

  /**
   * Returns the ids of the text itself.
   *
   * @return the ids without start, end and padding
   */
  public List<Integer> textIds() {
    return ids.subList(1, length - 1);
  }
}
