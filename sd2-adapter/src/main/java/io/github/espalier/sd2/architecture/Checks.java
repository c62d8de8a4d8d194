package io.github.espalier.sd2.architecture;

import java.util.List;

/** Conditions on configuration values; messages name the JSON key, which readers know. */
final class Checks {
  private Checks() {}

  static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + ": " + value + " is not at least 1");
    }
  }

  static void positives(String key, List<Integer> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(key + ": the list is empty");
    }
    values.forEach(value -> positive(key, value));
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
