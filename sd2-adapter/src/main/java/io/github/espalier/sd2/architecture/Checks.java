package io.github.espalier.sd2.architecture;

import java.util.List;

/**
 * Conditions on configuration values; messages name the JSON key, which readers know.
 *
 * <p>The upper bounds are far above any model of the family. They keep a hostile file from making
 * sizes overflow or lists of tensors fill the memory.
 */
final class Checks {
  static final int MOST_WIDTH = 1 << 20;
  static final int MOST_COUNT = 1 << 10;
  static final int MOST_BLOCKS = 32;

  private Checks() {}

  /** A width of a tensor. */
  static void width(String key, int value) {
    range(key, value, MOST_WIDTH);
  }

  /** A number of layers, heads or groups. */
  static void count(String key, int value) {
    range(key, value, MOST_COUNT);
  }

  /** The widths of blocks. */
  static void widths(String key, List<Integer> values) {
    blocks(key, values);
    values.forEach(value -> width(key, value));
  }

  /** Numbers of heads of blocks. */
  static void counts(String key, List<Integer> values) {
    blocks(key, values);
    values.forEach(value -> count(key, value));
  }

  private static void blocks(String key, List<Integer> values) {
    if (values.isEmpty() || values.size() > MOST_BLOCKS) {
      throw new IllegalArgumentException(
          key + ": " + values.size() + " values are not from 1 to " + MOST_BLOCKS);
    }
  }

  private static void range(String key, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(key + ": " + value + " is not from 1 to " + most);
    }
  }

  static void positive(String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(key + ": " + value + " is not positive and finite");
    }
  }

  static void sameLength(String key, List<?> values, String otherKey, List<?> others) {
    if (values.size() != others.size()) {
      throw new IllegalArgumentException(
          key
              + ": "
              + values.size()
              + " values, but "
              + otherKey
              + " has "
              + others.size()
              + "; they must be as many");
    }
  }

  static void multiple(String key, int value, String divisorKey, int divisor) {
    if (value % divisor != 0) {
      throw new IllegalArgumentException(
          key + ": " + value + " is not a multiple of " + divisorKey + " " + divisor);
    }
  }
}
