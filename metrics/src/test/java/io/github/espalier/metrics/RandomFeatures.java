package io.github.espalier.metrics;

import io.github.espalier.metrics.feature.FeatureSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random vectors, and what properties do with them. */
public final class RandomFeatures {
  private RandomFeatures() {}

  /** Rows of normal numbers about a mean. */
  public static List<float[]> rows(Random random, int count, int width, double mean) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] row = new float[width];
      for (int j = 0; j < width; j++) {
        row[j] = (float) (mean + random.nextGaussian());
      }
      rows.add(row);
    }
    return rows;
  }

  public static FeatureSet set(List<float[]> rows) {
    FeatureSet.Collector collector = new FeatureSet.Collector(rows.get(0).length, rows.size());
    rows.forEach(collector::add);
    return collector.snapshot();
  }

  public static FeatureSet shuffled(List<float[]> rows, Random random) {
    List<float[]> order = new ArrayList<>(rows);
    Collections.shuffle(order, random);
    return set(order);
  }

  /** Turns the last two numbers of each row by an angle. */
  public static FeatureSet turned(List<float[]> rows, double angle) {
    List<float[]> turned = new ArrayList<>();
    for (float[] row : rows) {
      float[] copy = row.clone();
      double x = row[row.length - 2];
      double y = row[row.length - 1];
      copy[row.length - 2] = (float) (Math.cos(angle) * x - Math.sin(angle) * y);
      copy[row.length - 1] = (float) (Math.sin(angle) * x + Math.cos(angle) * y);
      turned.add(copy);
    }
    return set(turned);
  }
}
