package io.github.espalier.metrics.extract;

import io.github.espalier.metrics.resize.FloatImage;
import java.util.ArrayList;
import java.util.List;

/** A network of means over stripes, quick and sensitive to every pixel. */
public final class CountingNetwork implements FeatureNetwork {
  private static final int FEATURES = 13;

  private final NetworkId id;
  final List<Integer> batches = new ArrayList<>();

  public CountingNetwork(String name) {
    this(NetworkId.of(name, "stripes", "weights of " + name));
  }

  public CountingNetwork(NetworkId id) {
    this.id = id;
  }

  @Override
  public NetworkId id() {
    return id;
  }

  @Override
  public int features() {
    return FEATURES;
  }

  @Override
  public int inputWidth() {
    return 299;
  }

  @Override
  public int inputHeight() {
    return 299;
  }

  @Override
  public float[][] compute(List<FloatImage> images) {
    batches.add(images.size());
    float[][] rows = new float[images.size()][];
    for (int i = 0; i < rows.length; i++) {
      float[] row = new float[FEATURES];
      float[] values = images.get(i).values();
      for (int j = 0; j < values.length; j++) {
        row[j % FEATURES] += values[j] / 1000;
      }
      rows[i] = row;
    }
    return rows;
  }
}
