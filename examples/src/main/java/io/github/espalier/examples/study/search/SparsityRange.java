package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Where to search. Immutable.
 *
 * @param lowest the first sparsity of interest; dense, which is 0, is below or the same
 * @param highest the last one
 */
public record SparsityRange(Sparsity lowest, Sparsity highest) {
  private static final int MOST_STEPS = 10_000;
  private static final String BETWEEN = "..";

  /**
   * Checks the order.
   *
   * @param lowest the first sparsity of interest
   * @param highest the last one, above the first
   * @throws IllegalArgumentException if it is not above the first
   */
  public SparsityRange {
    if (lowest.compareTo(highest) >= 0) {
      throw new IllegalArgumentException(
          "range " + lowest + BETWEEN + highest + ": expected the first below the second");
    }
  }

  /**
   * Makes a range from 0.
   *
   * @param highest the end, above 0
   * @return the range
   * @throws IllegalArgumentException if the end is 0
   */
  public static SparsityRange upTo(Sparsity highest) {
    return new SparsityRange(Sparsity.ZERO, highest);
  }

  /**
   * Reads a range; the inverse of {@link #toString()}.
   *
   * @param text two sparsities with two dots between them, such as {@code 0%..95%}
   * @return the range
   * @throws IllegalArgumentException if it is none
   */
  public static SparsityRange parse(String text) {
    int at = text.indexOf(BETWEEN);
    if (at < 0) {
      throw new IllegalArgumentException(
          "range '" + text + "' is not of two sparsities such as 0%..95%");
    }
    return new SparsityRange(
        Sparsity.parse(text.substring(0, at)),
        Sparsity.parse(text.substring(at + BETWEEN.length())));
  }

  /**
   * Returns what a search chooses from.
   *
   * @param step distance of the sparsities: above 0, at most the length of the range and at least a
   *     ten thousandth of it
   * @return 0 for dense; {@code lowest}, if it is another; every {@code step} from there; and
   *     {@code highest}
   * @throws IllegalArgumentException if the step is out of range
   */
  public ImmutableList<Sparsity> levels(Sparsity step) {
    BigDecimal start = lowest.exactFraction();
    BigDecimal length = highest.exactFraction().subtract(start);
    BigDecimal width = step.exactFraction();
    if (width.signum() == 0 || width.compareTo(length) > 0) {
      throw problem(step, "more than 0 and at most the length of the range");
    }
    if (length.compareTo(width.multiply(BigDecimal.valueOf(MOST_STEPS))) > 0) {
      throw problem(step, "at most " + MOST_STEPS + " steps");
    }
    int steps = length.divide(width, 0, RoundingMode.CEILING).intValueExact();
    ImmutableList.Builder<Sparsity> levels = ImmutableList.builder();
    if (start.signum() > 0) {
      levels.add(Sparsity.ZERO);
    }
    for (int i = 0; i < steps; i++) {
      levels.add(Sparsity.of(start.add(width.multiply(BigDecimal.valueOf(i)))));
    }
    return levels.add(highest).build();
  }

  private IllegalArgumentException problem(Sparsity step, String expected) {
    return new IllegalArgumentException(
        "step " + step + " of range " + this + ": expected " + expected);
  }

  /** Returns such as {@code 0%..95%}. */
  @Override
  public String toString() {
    return lowest + BETWEEN + highest;
  }
}
