package io.github.espalier.examples.study.limit;

import java.math.BigDecimal;

/**
 * How much worse a score may get. Immutable.
 *
 * @param amount of the score itself, or a share of that of the dense model; above 0
 * @param share whether it is a share
 */
public record Allowance(BigDecimal amount, boolean share) {
  private static final int PERCENT = 2;

  /** Digits, more than a {@code double} holds. */
  private static final int LONGEST_TEXT = 30;

  /**
   * Checks the amount.
   *
   * @param amount of the score itself, or a share of that of the dense model
   * @param share whether it is a share
   * @throws IllegalArgumentException if it is not above 0
   */
  public Allowance {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("amount " + amount + ": expected more than 0");
    }
  }

  /**
   * Reads an amount; the inverse of {@link #toString()}.
   *
   * @param text a plain decimal number: a share of the dense model's score with a percent sign,
   *     such as {@code 5%}, or else an amount of the score itself, such as {@code 0.01}
   * @return the amount
   * @throws IllegalArgumentException if it is none, or not above 0
   */
  public static Allowance parse(String text) {
    String trimmed = text.strip();
    boolean share = trimmed.endsWith("%");
    String number = share ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed;
    if (number.length() > LONGEST_TEXT || !number.matches("\\d+(\\.\\d*)?|\\.\\d+")) {
      throw new IllegalArgumentException(
          "amount '" + text + "' is not a share such as 5% or a number such as 0.01");
    }
    BigDecimal value = new BigDecimal(number);
    return new Allowance(share ? value.movePointLeft(PERCENT) : value, share);
  }

  /**
   * Returns the amount of the score.
   *
   * @param score its name, for messages
   * @param dense what the dense model has
   * @return above 0
   * @throws IllegalArgumentException if it is a share of a number that is not above 0
   */
  double of(String score, double dense) {
    if (share && dense <= 0) {
      throw new IllegalArgumentException(
          score
              + " of the dense model is "
              + dense
              + ", of which "
              + this
              + " is no amount; give one, such as 0.01");
    }
    return share ? amount.doubleValue() * dense : amount.doubleValue();
  }

  /** Returns such as {@code 5%} or {@code 0.01}. */
  @Override
  public String toString() {
    BigDecimal shown = share ? amount.movePointRight(PERCENT) : amount;
    return shown.stripTrailingZeros().toPlainString() + (share ? "%" : "");
  }
}
