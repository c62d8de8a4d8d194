package io.github.espalier.examples.bench;

import io.github.espalier.metrics.feature.FeatureAccumulator;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.frechet.FrechetDistance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Times the Fréchet distance of two summaries of features.
 *
 * @param runs how often it is timed, at least 1
 */
public record FrechetBenchmark(int runs) {
  private static final int WIDTH = 2048;
  private static final int VECTORS = 4000;

  /**
   * Makes a summary of random features as wide as FID's, of full rank, whose variances fall as 1/k.
   *
   * @param seed of the features
   * @return their mean and covariance
   */
  public static FeatureMoments randomMoments(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] axis = new double[WIDTH];
    double squares = 0;
    for (int j = 0; j < WIDTH; j++) {
      axis[j] = random.nextDouble(-1, 1);
      squares += axis[j] * axis[j];
    }
    FeatureAccumulator accumulator = new FeatureAccumulator(WIDTH);
    double[] row = new double[WIDTH];
    for (int i = 0; i < VECTORS; i++) {
      double along = 0;
      for (int j = 0; j < WIDTH; j++) {
        row[j] = random.nextDouble(-1, 1) / Math.sqrt(1 + j);
        along += row[j] * axis[j];
      }
      // A reflection, so that features are correlated.
      for (int j = 0; j < WIDTH; j++) {
        row[j] -= 2 * along / squares * axis[j];
      }
      accumulator.add(row);
    }
    return accumulator.snapshot().moments();
  }

  /**
   * Computes the distance, once more than it is timed.
   *
   * @param first mean and covariance
   * @param second those of the other side, as many features
   * @param status hears what is being done
   * @return the times
   * @throws IllegalArgumentException if the numbers of features differ
   * @throws IOException if the machine cannot be described
   */
  public FrechetBenchmarkResult run(
      FeatureMoments first, FeatureMoments second, Consumer<String> status) throws IOException {
    List<Double> seconds = new ArrayList<>();
    double value = 0;
    for (int i = 0; i <= runs; i++) {
      status.accept(i == 0 ? "first run, not counted" : "run " + i + " of " + runs);
      long start = System.nanoTime();
      value = FrechetDistance.between(first, second).value();
      if (i > 0) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    return new FrechetBenchmarkResult(first.width(), value, seconds, Machine.of(Path.of("")));
  }
}
