package io.github.espalier.metrics;

import io.github.espalier.metrics.feature.FeatureSet;

/** The same features by formula as in the scripts of the goldens. */
public final class Features {
  private Features() {}

  public static FeatureSet of(int count, int width, double phase, double shift) {
    FeatureSet.Collector collector = new FeatureSet.Collector(width, count);
    float[] row = new float[width];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < width; j++) {
        double wave = Math.sin(0.7 * i + 1.3 * j + 0.11 * (i + 1) * (j + 2) + phase);
        row[j] = (float) (wave * (1 + (double) j / width) + shift);
      }
      collector.add(row);
    }
    return collector.snapshot();
  }
}
