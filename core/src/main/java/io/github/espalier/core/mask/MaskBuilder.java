package io.github.espalier.core.mask;

import io.github.espalier.core.tensor.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Mask}; at first every weight is kept. Not safe for use by several threads, and
 * spent once {@link #build()} was called: every method then throws {@link IllegalStateException}.
 */
public final class MaskBuilder {
  private static final long MOST_ELEMENTS = 1L << 36;

  private final Shape shape;
  private long @Nullable [] kept;
  private boolean spent;

  MaskBuilder(Shape shape) {
    this.shape = shape;
    if (shape.elements() >= MOST_ELEMENTS) {
      throw new IllegalArgumentException("a mask cannot have 2^36 weights or more: " + shape);
    }
    long rows = shape.rank() == 0 ? 1 : shape.extent(0);
    long columns = rows == 0 ? 0 : shape.elements() / rows;
    if (Math.max(rows, columns) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a mask cannot have more than 2^31-1 rows or columns: " + shape);
    }
  }

  static int wordCount(Shape shape) {
    return (int) ((shape.elements() + 63) >>> 6);
  }

  long lastWord() {
    int used = (int) (shape.elements() & 63);
    return used == 0 ? -1L : (1L << used) - 1;
  }

  private long[] words() {
    if (spent) {
      throw new IllegalStateException("this builder has built its mask");
    }
    long[] words = kept;
    if (words == null) {
      words = new long[wordCount(shape)];
      Arrays.fill(words, -1L);
      if (words.length > 0) {
        words[words.length - 1] = lastWord();
      }
      kept = words;
    }
    return words;
  }

  /**
   * Prunes one weight.
   *
   * @param index flat index in C order
   * @return this builder
   * @throws IndexOutOfBoundsException if the tensor has no such weight
   */
  public MaskBuilder prune(long index) {
    Mask.checkIndex(index, shape.elements());
    words()[(int) (index >>> 6)] &= ~(1L << index);
    return this;
  }

  /**
   * Prunes any of 64 weights at once.
   *
   * @param word from 0; stands for the weights from {@code 64 * word} on
   * @param pruned set bits for the weights to prune; bits beyond the tensor are ignored
   * @return this builder
   * @throws IndexOutOfBoundsException if there is no such word
   */
  public MaskBuilder pruneWord(int word, long pruned) {
    words()[word] &= ~pruned;
    return this;
  }

  /**
   * Returns the mask.
   *
   * @return the mask; the builder must not be used again
   */
  public Mask build() {
    Mask mask = new Mask(shape, words());
    kept = null;
    spent = true;
    return mask;
  }
}
