package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sparsities at equal distances. */
final class Levels {
  private static final int MOST = 10_000;

  private Levels() {}

  /** Returns 0, the multiples of the step, and the highest, which need not be one. */
  static ImmutableList<Sparsity> of(Sparsity highest, Sparsity step) {
    if (step.equals(Sparsity.ZERO) || step.compareTo(highest) > 0) {
      throw new IllegalArgumentException(
          "step " + step + " up to " + highest + ": expected more than 0 and at most the highest");
    }
    BigDecimal end = highest.exactFraction();
    BigDecimal width = step.exactFraction();
    if (end.compareTo(width.multiply(BigDecimal.valueOf(MOST))) > 0) {
      throw new IllegalArgumentException(
          "step " + step + " up to " + highest + ": expected at most " + MOST + " steps");
    }
    int steps = end.divide(width, 0, RoundingMode.CEILING).intValueExact();
    ImmutableList.Builder<Sparsity> levels = ImmutableList.builder();
    for (int i = 0; i < steps; i++) {
      levels.add(Sparsity.of(width.multiply(BigDecimal.valueOf(i))));
    }
    return levels.add(highest).build();
  }
}
