package io.github.espalier.core.sparsity;

import com.google.common.base.Splitter;
import io.github.espalier.core.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where zeros may fall.
 *
 * <p>Immutable. {@link #parse(String)} reads the forms that {@link #label()} writes.
 */
public sealed interface SparsityPattern {
  /** Any weight of a layer may be pruned; the default. */
  Unstructured LAYER = new Unstructured(ComparisonGroup.LAYER);

  /** The same share of each output row is pruned, but for one weight. */
  Unstructured ROW = new Unstructured(ComparisonGroup.ROW);

  /** The smallest weights of all layers together are pruned. */
  Unstructured GLOBAL = new Unstructured(ComparisonGroup.GLOBAL);

  /**
   * Returns the name by which a command line or report refers to this pattern.
   *
   * @return such as {@code layer} or {@code 2:4}
   */
  String label();

  /**
   * Zeros anywhere within a comparison group.
   *
   * @param group the weights that are ranked against each other
   */
  record Unstructured(ComparisonGroup group) implements SparsityPattern {
    @Override
    public String label() {
      return group.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A fixed number of zeros in each group of consecutive weights along the input dimension (N:M
   * sparsity).
   *
   * <p>The field writes "N:M" with N zeros (Wanda, SparseGPT) or N kept weights (NVIDIA); hence two
   * named numbers here. A convolution's inputs are ordered by {@link ConvolutionLayout}.
   *
   * @param zerosPerGroup weights pruned in each group, from 1 to {@code groupSize - 1}
   * @param groupSize consecutive weights in a group, from 2 to 1024
   * @param layout order of a convolution's weights along the input
   * @param incomplete what to do with a layer whose rows are no multiple of the group size
   */
  record Grouped(
      int zerosPerGroup, int groupSize, ConvolutionLayout layout, IncompleteGroup incomplete)
      implements SparsityPattern {
    private static final int LARGEST_GROUP = 1024;

    /**
     * Checks the two numbers.
     *
     * @param zerosPerGroup weights pruned in each group, from 1 to {@code groupSize - 1}
     * @param groupSize consecutive weights in a group, from 2 to 1024
     * @param layout order of a convolution's weights along the input
     * @param incomplete what to do with a layer whose rows are no multiple of the group size
     * @throws IllegalArgumentException if a number is out of range
     */
    public Grouped {
      if (groupSize < 2 || groupSize > LARGEST_GROUP) {
        throw new IllegalArgumentException(
            "groupSize " + groupSize + " is outside 2 to " + LARGEST_GROUP);
      }
      if (zerosPerGroup < 1 || zerosPerGroup >= groupSize) {
        throw new IllegalArgumentException(
            "zerosPerGroup "
                + zerosPerGroup
                + " is outside 1 to "
                + (groupSize - 1)
                + " for groups of "
                + groupSize);
      }
    }

    /**
     * Makes a pattern with input channels grouped at a fixed kernel position, and incomplete groups
     * refused.
     *
     * @param zerosPerGroup weights pruned in each group
     * @param groupSize consecutive weights in a group
     */
    public Grouped(int zerosPerGroup, int groupSize) {
      this(zerosPerGroup, groupSize, ConvolutionLayout.INPUT_CHANNELS, IncompleteGroup.REFUSE);
    }

    /**
     * Sets the order of a convolution's weights.
     *
     * @param layout the order
     * @return a changed copy
     */
    public Grouped with(ConvolutionLayout layout) {
      return new Grouped(zerosPerGroup, groupSize, layout, incomplete);
    }

    /**
     * Sets what happens to layers that the groups do not fill.
     *
     * @param incomplete the policy
     * @return a changed copy
     */
    public Grouped with(IncompleteGroup incomplete) {
      return new Grouped(zerosPerGroup, groupSize, layout, incomplete);
    }

    /**
     * Returns the sparsity that this pattern gives.
     *
     * @return {@code zerosPerGroup / groupSize}
     */
    public Sparsity sparsity() {
      return Sparsity.ofRatio(zerosPerGroup, groupSize);
    }

    /**
     * Returns the number of weights that must be a multiple of the group size.
     *
     * @param shape a layer's shape
     * @return input channels of a convolution grouped by channel, otherwise columns; 0 if there are
     *     no weights
     */
    public long groupedInputs(Shape shape) {
      if (shape.elements() == 0) {
        return 0;
      }
      return shape.rank() > 2 && layout == ConvolutionLayout.INPUT_CHANNELS
          ? shape.extent(1)
          : columns(shape);
    }

    private static long columns(Shape shape) {
      return shape.elements() / (shape.rank() == 0 ? 1 : shape.extent(0));
    }

    /**
     * Lists the columns of a layer's weight matrix in the order in which they fall into groups.
     *
     * @param shape the layer's shape
     * @return a new array of {@code groupSize} columns for each group in turn; empty if there are
     *     no weights
     * @throws IllegalArgumentException if groups do not {@linkplain #misfit fill} the layer's rows,
     *     or there are more than 2^31-1 columns
     */
    public int[] inputOrder(Shape shape) {
      Optional<String> misfit = misfit(shape);
      if (misfit.isPresent()) {
        throw new IllegalArgumentException(misfit.get() + " of shape " + shape);
      }
      if (shape.elements() == 0) {
        return new int[0];
      }
      long columns = columns(shape);
      if (columns > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("shape " + shape + " has more than 2^31-1 columns");
      }
      int channels = (int) groupedInputs(shape);
      int positions = (int) columns / channels;
      int[] order = new int[(int) columns];
      for (int i = 0; i < order.length; i++) {
        order[i] = i % channels * positions + i / channels;
      }
      return order;
    }

    /**
     * Tells why a layer cannot have this pattern.
     *
     * @param shape the layer's shape
     * @return the reason, or empty if groups fill its rows
     */
    public Optional<String> misfit(Shape shape) {
      long inputs = groupedInputs(shape);
      return inputs % groupSize == 0
          ? Optional.empty()
          : Optional.of("groups of " + groupSize + " do not fill " + inputs + " inputs");
    }

    @Override
    public String label() {
      return zerosPerGroup * 2 == groupSize
          ? zerosPerGroup + ":" + groupSize
          : zerosPerGroup + "-zeros-of-" + groupSize;
    }
  }

  /** The order of a convolution's weights along its input dimension. */
  enum ConvolutionLayout {
    /** Input channels at a fixed kernel position, as NVIDIA's sparse tensor cores want. */
    INPUT_CHANNELS,
    /** PyTorch's flattened order: channel, then kernel row, then kernel column. */
    FLATTENED
  }

  /** What to do with a layer whose rows are no multiple of the group size. */
  enum IncompleteGroup {
    /** Fail, naming the layer. */
    REFUSE,
    /** Leave the layer as it is, and say so in the report. */
    SKIP_LAYER
  }

  /**
   * Reads a pattern: {@code layer}, {@code row}, {@code global}, an even {@code 2:4} or {@code
   * 4:8}, or {@code 3-zeros-of-4}.
   *
   * @param text the pattern's label
   * @return the pattern
   * @throws IllegalArgumentException if the text is none of these, or is an {@code N:M} of which
   *     zeros and kept weights differ
   */
  static SparsityPattern parse(String text) {
    String label = text.strip().toLowerCase(Locale.ROOT);
    for (Unstructured pattern : List.of(LAYER, ROW, GLOBAL)) {
      if (pattern.label().equals(label)) {
        return pattern;
      }
    }
    if (label.matches("\\d{1,4}:\\d{1,4}")) {
      List<String> numbers = Splitter.on(':').splitToList(label);
      int n = Integer.parseInt(numbers.get(0));
      int m = Integer.parseInt(numbers.get(1));
      if (2 * n != m) {
        throw new IllegalArgumentException(
            "pattern '"
                + text
                + "' is ambiguous: the field uses N:M for N zeros and for N kept weights; write "
                + n
                + "-zeros-of-"
                + m
                + (n < m ? " or " + (m - n) + "-zeros-of-" + m : ""));
      }
      return new Grouped(n, m);
    }
    if (label.matches("\\d{1,4}-zeros-of-\\d{1,4}")) {
      List<String> numbers = Splitter.on("-zeros-of-").splitToList(label);
      return new Grouped(Integer.parseInt(numbers.get(0)), Integer.parseInt(numbers.get(1)));
    }
    throw new IllegalArgumentException(
        "unknown pattern '"
            + text
            + "': expected layer, row, global, 2:4, 4:8, or such as 3-zeros-of-4");
  }
}
