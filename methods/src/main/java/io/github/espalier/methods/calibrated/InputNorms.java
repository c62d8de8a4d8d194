package io.github.espalier.methods.calibrated;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningException;
import java.io.IOException;

/** Norms of a layer's inputs over the calibration data. Stateless. */
public final class InputNorms {
  private InputNorms() {}

  /**
   * Computes {@code sqrt(sum of x squared / samples)} of each input. A sample counts with its
   * weight, which is 1 unless timesteps are weighed.
   *
   * <p>Source: locuslab/wanda, {@code lib/layerwrapper.py}, where a sample is a sequence.
   *
   * @param layer the layer
   * @return a norm for each column of the weight matrix, finite and at least 0
   * @throws PruningException if there are no statistics of the layer, they are of no sample, or one
   *     is infinite or NaN
   * @throws IOException if reading fails
   */
  public static double[] of(LayerContext layer) throws IOException {
    InputStatistics statistics = layer.statistics(StatisticsNeed.MOMENTS);
    double samples = statistics.sampleWeight();
    double[] norms = statistics.sumsOfSquares();
    for (int i = 0; i < norms.length; i++) {
      double norm = Math.sqrt(norms[i] / samples);
      if (!Double.isFinite(norm)) {
        throw new PruningException(
            layer.layer(),
            "input "
                + i
                + " has a sum of squares of "
                + norms[i]
                + " over samples of weight "
                + samples
                + "; calibrate it anew, with inputs that are finite");
      }
      norms[i] = norm;
    }
    return norms;
  }
}
