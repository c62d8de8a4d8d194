package io.github.espalier.metrics.frechet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.metrics.feature.FeatureAccumulator;
import io.github.espalier.metrics.feature.FeatureMoments;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prints how long the distance of two 2048-dimensional summaries takes. */
@Tag("slow")
class FrechetSpeedTest {
  private static final int WIDTH = 2048;
  private static final int TIMES = 4;

  /** Variances fall as 1/k; a reflection mixes the features. */
  private static FeatureMoments moments(int count, Random random) {
    double[] axis = random.doubles(WIDTH, -1, 1).toArray();
    double squares = 0;
    for (double value : axis) {
      squares += value * value;
    }
    FeatureAccumulator accumulator = new FeatureAccumulator(WIDTH);
    double[] row = new double[WIDTH];
    for (int i = 0; i < count; i++) {
      double along = 0;
      for (int j = 0; j < WIDTH; j++) {
        row[j] = random.nextGaussian() / Math.sqrt(1 + j);
        along += row[j] * axis[j];
      }
      for (int j = 0; j < WIDTH; j++) {
        row[j] -= 2 * along / squares * axis[j];
      }
      accumulator.add(row);
    }
    return accumulator.snapshot().moments();
  }

  @ParameterizedTest
  @ValueSource(ints = {4000, 1000})
  void distance(int count) {
    Random random = new Random(1);
    FeatureMoments first = moments(count, random);
    FeatureMoments second = moments(count, random);
    double best = Double.POSITIVE_INFINITY;
    double value = 0;
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      value = FrechetDistance.between(first, second).value();
      best = Math.min(best, (System.nanoTime() - start) * 1e-9);
    }
    System.out.printf("distance, %d vectors each: %.3f s, %.12g%n", count, best, value);
    assertThat(value).isPositive();
    // Sums of squares of some million numbers, each rounded to 2^-53.
    assertThat(FrechetDistance.between(first, first).value())
        .isLessThan(1e-11 * Moments.trace(first));
  }

  @Test
  void summary() {
    Random random = new Random(2);
    long start = System.nanoTime();
    FeatureMoments moments = moments(10_000, random);
    System.out.printf(
        "summary of 10,000 vectors, made too: %.3f s%n", (System.nanoTime() - start) * 1e-9);
    start = System.nanoTime();
    SamplingBias bias = SamplingBias.of(moments, 10_000, 10_000);
    System.out.printf("bias: %.3f s, %.6g%n", (System.nanoTime() - start) * 1e-9, bias.expected());
    assertThat(bias.expected()).isPositive();
  }
}
