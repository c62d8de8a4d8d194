package io.github.espalier.core.sparsity;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A fraction of weights to prune, from 0 to 1, held exactly as it was written.
 *
 * <p>The number of weights that a sparsity <i>s</i> prunes out of <i>n</i> is the integer nearest
 * to the exact decimal product <i>s n</i>, halves rounded up ({@link #countOf(long)}). Since the
 * fraction is decimal, {@code Sparsity.of(0.29).countOf(100)} is 29, where binary arithmetic that
 * truncates gives 28.
 *
 * <p>Immutable. Two sparsities are equal if their values are, whatever their number of digits.
 */
public final class Sparsity implements Comparable<Sparsity> {
  /** Prunes nothing. */
  public static final Sparsity ZERO = new Sparsity(BigDecimal.ZERO);

  /** Prunes everything. */
  public static final Sparsity ONE = new Sparsity(BigDecimal.ONE);

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int RATIO_DIGITS = 30;

  /** Digits: enough for the smallest {@code double} in plain notation. */
  private static final int LONGEST_TEXT = 400;

  private final BigDecimal fraction;

  private Sparsity(BigDecimal fraction) {
    this.fraction = fraction.signum() == 0 ? BigDecimal.ZERO : fraction.stripTrailingZeros();
  }

  /**
   * Makes a sparsity from a fraction, taken as the decimal that {@link Double#toString(double)}
   * writes: {@code 0.475} is exactly 475/1000.
   *
   * @param fraction from 0 to 1
   * @return the sparsity
   * @throws IllegalArgumentException if the fraction is NaN or outside 0 to 1
   */
  public static Sparsity of(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "sparsity " + fraction + " is outside 0 to 1 (write 47.5 % as 0.475)");
    }
    return new Sparsity(BigDecimal.valueOf(fraction));
  }

  /**
   * Makes a sparsity from an exact decimal fraction.
   *
   * @param fraction from 0 to 1, of at most 400 decimal places
   * @return the sparsity
   * @throws IllegalArgumentException if the fraction is outside 0 to 1, or longer
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Sparsity of(BigDecimal fraction) {
    // The limit comes first: arithmetic with an exponent of billions would never end.
    if (Math.abs((long) fraction.scale()) > LONGEST_TEXT || fraction.precision() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "a sparsity cannot have more than " + LONGEST_TEXT + " decimal places");
    }
    if (fraction.signum() < 0 || fraction.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "sparsity " + fraction + " is outside 0 to 1 (write 47.5 % as 0.475)");
    }
    return new Sparsity(fraction);
  }

  /**
   * Makes a sparsity from a ratio of two counts.
   *
   * @param pruned number of weights pruned, from 0 to {@code total}
   * @param total number of weights, at least 1
   * @return the sparsity, rounded to 30 digits where the ratio has no finite decimal form
   * @throws IllegalArgumentException if the counts are out of range
   */
  public static Sparsity ofRatio(long pruned, long total) {
    if (total < 1 || pruned < 0 || pruned > total) {
      throw new IllegalArgumentException(
          "cannot prune " + pruned + " of " + total + " weights: expected 0 to the total");
    }
    return new Sparsity(
        BigDecimal.valueOf(pruned)
            .divide(BigDecimal.valueOf(total), RATIO_DIGITS, RoundingMode.HALF_UP));
  }

  /**
   * Reads a percentage such as {@code 47.5%} or a fraction such as {@code 0.475}; the inverse of
   * {@link #toString()}.
   *
   * @param text a plain decimal number, with a percent sign if it is a percentage
   * @return the sparsity
   * @throws IllegalArgumentException if the text is no number, or is outside 0 to 1 or 0 % to 100 %
   */
  public static Sparsity parse(String text) {
    String trimmed = text.strip();
    boolean percent = trimmed.endsWith("%");
    String number = percent ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed;
    if (number.length() > LONGEST_TEXT || !number.matches("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)")) {
      throw new IllegalArgumentException(
          "sparsity '" + text + "' is not a number such as 47.5% or 0.475");
    }
    BigDecimal value = new BigDecimal(number);
    BigDecimal fraction = percent ? value.movePointLeft(2) : value;
    if (fraction.signum() < 0 || fraction.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          "sparsity '"
              + text
              + "' is outside "
              + (percent ? "0% to 100%" : "0 to 1 (a percentage ends in %, such as 47.5%)"));
    }
    return new Sparsity(fraction);
  }

  /**
   * Returns how many weights of a group are pruned.
   *
   * @param weights size of the group, at least 0
   * @return {@code floor(s * weights + 1/2)}, computed exactly
   * @throws IllegalArgumentException if {@code weights} is negative
   */
  public long countOf(long weights) {
    if (weights < 0) {
      throw new IllegalArgumentException("a group cannot have " + weights + " weights");
    }
    return fraction
        .multiply(BigDecimal.valueOf(weights))
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  /**
   * Returns the fraction, exactly; what JSON holds.
   *
   * @return from 0 to 1, without trailing zeros
   */
  @JsonValue
  public BigDecimal exactFraction() {
    return fraction;
  }

  /**
   * Returns the fraction as a binary number.
   *
   * @return the nearest {@code double}, from 0 to 1
   */
  public double fraction() {
    return fraction.doubleValue();
  }

  @Override
  public int compareTo(Sparsity other) {
    return fraction.compareTo(other.fraction);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sparsity that && fraction.equals(that.fraction);
  }

  @Override
  public int hashCode() {
    return fraction.hashCode();
  }

  /** Returns the percentage, such as {@code 47.5%}. */
  @Override
  public String toString() {
    BigDecimal percent = fraction.multiply(HUNDRED);
    return (percent.signum() == 0 ? "0" : percent.stripTrailingZeros().toPlainString()) + "%";
  }
}
