package io.github.espalier.methods.alpha;

import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Spectra;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The spectrum of a layer's weights. */
final class LayerSpectrum {
  private LayerSpectrum() {}

  /**
   * Returns the squared singular values of the weight matrix; for a convolution those of the
   * matrices of outputs by input channels at each position of the kernel, together, as the
   * published code has it.
   *
   * @return ascending; empty if there are no weights
   */
  static double[] of(WeightedLayer layer) throws IOException {
    Layer what = layer.layer();
    if (what.parameters() == 0) {
      return new double[0];
    }
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix weights = FloatMatrix.of(scope.floats(layer.data(), what.rows(), what.columns()));
      int positions = what.shape().rank() > 2 ? (int) (what.columns() / what.shape().extent(1)) : 1;
      DoubleStream all = DoubleStream.empty();
      for (int i = 0; i < positions; i++) {
        all = DoubleStream.concat(all, Arrays.stream(atPosition(weights, i, positions)));
      }
      return all.sorted().toArray();
    } catch (IllegalArgumentException e) {
      throw new PruningException(
          what, e.getMessage() + "; repair the checkpoint, or leave this layer out", e);
    }
  }

  private static double[] atPosition(FloatMatrix weights, int position, int positions) {
    if (positions == 1) {
      return Spectra.squaredSingularValues(weights);
    }
    int channels = weights.columns() / positions;
    float[] all = new float[weights.columns()];
    float[] row = new float[channels];
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix matrix = FloatMatrix.of(scope.zeros(weights.rows(), channels));
      for (int i = 0; i < weights.rows(); i++) {
        weights.get(i, 0, all, 0, all.length);
        for (int j = 0; j < channels; j++) {
          row[j] = all[j * positions + position];
        }
        matrix.put(i, 0, row, 0, channels);
      }
      return Spectra.squaredSingularValues(matrix);
    }
  }
}
