package io.github.espalier.methods.owl;

import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The share of Wanda's scores in a group of layers that are over a multiple of their mean. One mean
 * for the group, as in the published code.
 */
final class OutlierRatio {
  private final List<WeightedLayer> group;
  private double sum;
  private long count;
  private double limit;
  private long outliers;

  private OutlierRatio(List<WeightedLayer> group) {
    this.group = group;
  }

  /** A percentage; 0 for a group without weights, or all of whose scores are 0. */
  static double of(List<WeightedLayer> group, double multiple) throws IOException {
    OutlierRatio ratio = new OutlierRatio(group);
    ratio.forEachRow(ratio::add);
    if (ratio.count == 0) {
      return 0;
    }
    ratio.limit = multiple * (ratio.sum / ratio.count);
    ratio.forEachRow(ratio::compare);
    return 100.0 * ratio.outliers / ratio.count;
  }

  /** Takes a row of weights, and the norms of their inputs. */
  @FunctionalInterface
  private interface RowConsumer {
    void accept(float[] row, double[] norms);
  }

  private void add(float[] row, double[] norms) {
    double scores = 0;
    for (int j = 0; j < row.length; j++) {
      scores += Math.abs(row[j]) * norms[j];
    }
    sum += scores;
    count += row.length;
  }

  private void compare(float[] row, double[] norms) {
    for (int j = 0; j < row.length; j++) {
      if (Math.abs(row[j]) * norms[j] > limit) {
        outliers++;
      }
    }
  }

  /** Reads the weights anew each time, so that no more than one layer is in memory. */
  private void forEachRow(RowConsumer consumer) throws IOException {
    for (WeightedLayer each : group) {
      try (TensorScope scope = new TensorScope()) {
        double[] norms = norms(each, scope);
        FloatBuffer weights =
            NdArrays.floats(scope.floats(each.data(), each.layer().rows(), each.layer().columns()));
        float[] row = new float[norms.length];
        for (long i = 0; i < each.layer().rows(); i++) {
          weights.get(row);
          consumer.accept(row, norms);
        }
        if (!Double.isFinite(sum)) {
          throw new PruningException(
              each.layer(),
              "holds infinite or undefined weights; repair the checkpoint, or leave this layer out"
                  + " of the selection");
        }
      }
    }
  }

  /** The root of each input's sum of squares by samples, which is Wanda's norm. */
  private static double[] norms(WeightedLayer layer, TensorScope scope) throws IOException {
    InputStatistics statistics = layer.statistics(StatisticsNeed.MOMENTS, scope);
    if (!(statistics.sampleWeight() > 0)) {
      throw new PruningException(
          layer.layer(), "was calibrated with no samples; calibrate the model anew");
    }
    double[] norms = statistics.sumsOfSquares();
    for (int j = 0; j < norms.length; j++) {
      norms[j] = Math.sqrt(norms[j] / statistics.sampleWeight());
    }
    return norms;
  }
}
