package io.github.espalier.examples.study.search;

import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Scores to search in: dense has 1, and a loss of 0.1 is tolerated. */
final class Curves {
  static final String NAME = "clipScore";
  static final double TOLERATED = 0.1;

  private Curves() {}

  static Criterion criterion(double tolerated) {
    return Criterion.of(NAME, Direction.HIGHER_IS_BETTER, Score.exact(1), tolerated);
  }

  static Tolerance tolerance() {
    return Tolerance.of(criterion(TOLERATED));
  }

  static Map<String, Score> scores(double loss, double halfWidth) {
    return Map.of(NAME, new Score(1 - loss, halfWidth));
  }

  static Sparsity percent(int percent) {
    return Sparsity.of(BigDecimal.valueOf(percent, 2));
  }

  /** Returns 0 % and so on. */
  static List<Sparsity> percents(int count) {
    return IntStream.range(0, count).mapToObj(Curves::percent).toList();
  }

  /** Fails on a configuration that comes again. */
  static <C> Evaluator<C> once(Evaluator<C> evaluator) {
    Set<C> seen = new HashSet<>();
    return configuration -> {
      if (!seen.add(configuration)) {
        throw new AssertionError(configuration + " comes again");
      }
      return evaluator.evaluate(configuration);
    };
  }

  /** Returns losses that rise from 0 to a most, few steps of them steep. */
  static double[] rising(int count, double most, Random random) {
    double[] losses = new double[count];
    for (int i = 1; i < count; i++) {
      losses[i] = losses[i - 1] + Math.pow(random.nextDouble(), 3);
    }
    double last = losses[count - 1];
    for (int i = 1; i < count; i++) {
      losses[i] *= most / last;
    }
    return losses;
  }
}
