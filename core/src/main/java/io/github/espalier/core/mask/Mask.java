package io.github.espalier.core.mask;

import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import java.util.Arrays;

/**
 * Which weights of a tensor are kept (1) and which are pruned (0), in C order. Immutable and safe
 * for use by many threads.
 *
 * <p>As a matrix, a mask has as many rows as the shape's first extent, and as many columns as the
 * product of the others; a scalar is one row of one column.
 *
 * <p>Masks form a Boolean algebra: {@link #and} keeps what both keep, {@link #or} what either
 * keeps, {@link #not} what this one prunes.
 */
public final class Mask {
  private final Shape shape;
  private final int columns;
  private final long[] kept;
  private final long keptCount;

  Mask(Shape shape, long[] kept) {
    this.shape = shape;
    this.kept = kept;
    long rows = shape.rank() == 0 ? 1 : shape.extent(0);
    this.columns = rows == 0 ? 0 : (int) (shape.elements() / rows);
    long count = 0;
    for (long word : kept) {
      count += Long.bitCount(word);
    }
    this.keptCount = count;
  }

  /**
   * Makes a mask that keeps every weight.
   *
   * @param shape the tensor's shape
   * @return the mask
   * @throws IllegalArgumentException if the shape is too large, see {@link #builder}
   */
  public static Mask keepAll(Shape shape) {
    return builder(shape).build();
  }

  /**
   * Makes a mask that prunes every weight.
   *
   * @param shape the tensor's shape
   * @return the mask
   * @throws IllegalArgumentException if the shape is too large, see {@link #builder}
   */
  public static Mask pruneAll(Shape shape) {
    return keepAll(shape).not();
  }

  /**
   * Starts a mask that keeps every weight until told otherwise.
   *
   * @param shape the tensor's shape
   * @return a builder
   * @throws IllegalArgumentException if the shape has 2^36 elements or more, or more than 2^31-1
   *     rows or columns
   */
  public static MaskBuilder builder(Shape shape) {
    return new MaskBuilder(shape);
  }

  /**
   * Reads a mask from bytes as {@link #toBytes()} writes them.
   *
   * @param shape the tensor's shape
   * @param bytes eight weights a byte, lowest bit first, unused bits 0
   * @return the mask
   * @throws IllegalArgumentException if the number of bytes does not fit the shape, or an unused
   *     bit is set
   */
  public static Mask fromBytes(Shape shape, byte[] bytes) {
    MaskBuilder builder = new MaskBuilder(shape);
    long expected = (shape.elements() + 7) / 8;
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "a mask of shape " + shape + " has " + expected + " bytes, not " + bytes.length);
    }
    long[] words = new long[MaskBuilder.wordCount(shape)];
    for (int i = 0; i < bytes.length; i++) {
      words[i >> 3] |= (bytes[i] & 0xffL) << ((i & 7) * 8);
    }
    if (words.length > 0 && (words[words.length - 1] & ~builder.lastWord()) != 0) {
      throw new IllegalArgumentException(
          "bits beyond the " + shape.elements() + " weights of shape " + shape + " are set");
    }
    return new Mask(shape, words);
  }

  /**
   * Returns the kept bits as bytes: eight weights a byte, lowest bit first, unused bits 0.
   *
   * @return {@code (elements + 7) / 8} new bytes
   */
  public byte[] toBytes() {
    byte[] bytes = new byte[Math.toIntExact((shape.elements() + 7) / 8)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (kept[i >> 3] >>> ((i & 7) * 8));
    }
    return bytes;
  }

  /**
   * Returns the shape of the tensor.
   *
   * @return the shape
   */
  public Shape shape() {
    return shape;
  }

  /**
   * Returns the number of rows, that is, of outputs.
   *
   * @return the shape's first extent; 1 for a scalar
   */
  public int rows() {
    return shape.rank() == 0 ? 1 : (int) shape.extent(0);
  }

  /**
   * Returns the number of columns, that is, of inputs.
   *
   * @return the product of the other extents; 0 if there are no rows
   */
  public int columns() {
    return columns;
  }

  /**
   * Tells whether a weight is kept.
   *
   * @param index flat index in C order
   * @return true if kept, false if pruned
   * @throws IndexOutOfBoundsException if the tensor has no such weight
   */
  public boolean isKept(long index) {
    checkIndex(index, shape.elements());
    return (kept[(int) (index >>> 6)] >>> index & 1) != 0;
  }

  /**
   * Returns 64 weights at once, for code that walks a whole mask.
   *
   * @param word from 0; weight {@code 64 * word + i} is bit {@code i}
   * @return set bits for kept weights; bits beyond the tensor are 0
   * @throws IndexOutOfBoundsException if there is no such word
   */
  public long keptWord(int word) {
    return kept[word];
  }

  /**
   * Returns the number of kept weights.
   *
   * @return from 0 to {@code shape().elements()}
   */
  public long keptCount() {
    return keptCount;
  }

  /**
   * Returns the number of pruned weights.
   *
   * @return from 0 to {@code shape().elements()}
   */
  public long prunedCount() {
    return shape.elements() - keptCount;
  }

  /**
   * Counts the pruned weights of each row.
   *
   * @return a new array, one count per row
   */
  public long[] prunedPerRow() {
    long[] counts = new long[rows()];
    for (int row = 0; row < counts.length; row++) {
      counts[row] = columns - keptIn((long) row * columns, (long) (row + 1) * columns);
    }
    return counts;
  }

  /**
   * Counts the pruned weights of each column.
   *
   * @return a new array, one count per column
   */
  public long[] prunedPerColumn() {
    long[] counts = new long[columns];
    Arrays.fill(counts, rows());
    for (int w = 0; w < kept.length; w++) {
      for (long bits = kept[w]; bits != 0; bits &= bits - 1) {
        long index = ((long) w << 6) + Long.numberOfTrailingZeros(bits);
        counts[(int) (index % columns)]--;
      }
    }
    return counts;
  }

  /**
   * Counts the pruned weights of each group of consecutive columns; for the groups of a
   * convolution's input channels, see {@link #prunedPerGroup(Grouped)}.
   *
   * @param groupSize columns in a group, a divisor of {@link #columns()}
   * @return a new array, {@code columns / groupSize} counts for each row in turn
   * @throws IllegalArgumentException if the group size does not divide the columns
   */
  public long[] prunedPerGroup(int groupSize) {
    if (groupSize < 1 || columns % groupSize != 0) {
      throw new IllegalArgumentException(
          "groups of " + groupSize + " do not divide rows of " + columns);
    }
    long[] counts = new long[Math.toIntExact(shape.elements() / groupSize)];
    for (int g = 0; g < counts.length; g++) {
      counts[g] = groupSize - keptIn((long) g * groupSize, (long) (g + 1) * groupSize);
    }
    return counts;
  }

  /**
   * Counts the pruned weights of each group of a pattern.
   *
   * @param pattern says how large groups are, and which columns of a convolution make one
   * @return a new array, {@code columns / groupSize} counts for each row in turn; the groups of a
   *     row in the order of {@link Grouped#inputOrder}
   * @throws IllegalArgumentException if groups do not fill the rows
   */
  public long[] prunedPerGroup(Grouped pattern) {
    int[] order = pattern.inputOrder(shape);
    int size = pattern.groupSize();
    long[] counts = new long[Math.toIntExact(shape.elements() / size)];
    int group = 0;
    for (int row = 0; group < counts.length; row++) {
      for (int i = 0; i < order.length; i += size) {
        for (int j = i; j < i + size; j++) {
          counts[group] += isKept((long) row * columns + order[j]) ? 0 : 1;
        }
        group++;
      }
    }
    return counts;
  }

  private long keptIn(long from, long to) {
    long count = 0;
    long i = from;
    while (i < to) {
      int used = (int) (i & 63);
      int length = (int) Math.min(64 - used, to - i);
      long word = kept[(int) (i >>> 6)] >>> used;
      count += Long.bitCount(length == 64 ? word : word & ((1L << length) - 1));
      i += length;
    }
    return count;
  }

  /**
   * Keeps the weights that both masks keep.
   *
   * @param other a mask of the same shape
   * @return the intersection
   * @throws IllegalArgumentException if the shapes differ
   */
  public Mask and(Mask other) {
    requireSameShape(other);
    long[] words = kept.clone();
    for (int i = 0; i < words.length; i++) {
      words[i] &= other.kept[i];
    }
    return new Mask(shape, words);
  }

  /**
   * Keeps the weights that at least one of the masks keeps.
   *
   * @param other a mask of the same shape
   * @return the union
   * @throws IllegalArgumentException if the shapes differ
   */
  public Mask or(Mask other) {
    requireSameShape(other);
    long[] words = kept.clone();
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.kept[i];
    }
    return new Mask(shape, words);
  }

  /**
   * Keeps the weights that this mask prunes, and prunes those that it keeps.
   *
   * @return the complement
   */
  public Mask not() {
    long[] words = kept.clone();
    for (int i = 0; i < words.length; i++) {
      words[i] = ~words[i];
    }
    if (words.length > 0) {
      words[words.length - 1] &= new MaskBuilder(shape).lastWord();
    }
    return new Mask(shape, words);
  }

  private void requireSameShape(Mask other) {
    if (!shape.equals(other.shape)) {
      throw new IllegalArgumentException(
          "masks of shapes " + shape + " and " + other.shape + " cannot be combined");
    }
  }

  static void checkIndex(long index, long length) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException(
          "weight " + index + " of a tensor of " + length + " weights");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask that && shape.equals(that.shape) && Arrays.equals(kept, that.kept);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(kept);
  }

  /** Returns the shape and the number of pruned weights, not the bits. */
  @Override
  public String toString() {
    return "Mask" + shape + " pruning " + prunedCount() + " of " + shape.elements();
  }
}
