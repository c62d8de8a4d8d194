package io.github.espalier.methods.sparsegpt;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.tensor.Cholesky;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.Optional;

/**
 * The factor U of a damped Hessian, {@code U^T U = H^-1}.
 *
 * <p>H is {@code 2/N} times the Gram matrix, N the weight of the samples. Columns that were always
 * zero get 1 on the diagonal, and then the damping times the mean of the diagonal is added to it.
 * What is factored is H divided by that mean, so that no scale of the inputs leaves binary32.
 *
 * @param upper the factor of H over its mean, columns in the order of pruning
 * @param mean mean of the diagonal before damping
 * @param damping the damping that was needed
 * @param dead the columns that were always zero, in the order of pruning
 */
record Factor(FloatMatrix upper, double mean, double damping, BitSet dead) {
  private static final double STEP = 10;
  private static final double FIRST = 0.01;

  /** What the factor depends on besides the statistics of the input. */
  private record Key(double damping, IntBuffer order, Cholesky.Precision precision) {}

  /** Returns the factor for a layer, the same one for all that share its input. */
  static Factor of(LayerContext layer, double damping, int[] order, Cholesky.Precision precision)
      throws IOException {
    return layer
        .memo()
        .get(
            new Key(damping, IntBuffer.wrap(order.clone()), precision),
            Factor.class,
            scope -> of(layer, damping, order, precision, scope));
  }

  private static Factor of(
      LayerContext layer,
      double damping,
      int[] order,
      Cholesky.Precision precision,
      TensorScope scope)
      throws IOException {
    InputStatistics statistics = layer.statistics(StatisticsNeed.GRAM);
    SymmetricMatrix gram = statistics.gram().orElseThrow();
    double scale = 2 / statistics.sampleWeight();
    double[] diagonal = new double[order.length];
    double sum = 0;
    for (int i = 0; i < diagonal.length; i++) {
      double value = gram.get(i, i) * scale;
      diagonal[i] = value == 0 ? 1 : value;
      sum += diagonal[i];
    }
    double mean = sum / diagonal.length;
    if (!(mean > 0) || Double.isInfinite(mean)) {
      throw new PruningException(
          layer.layer(),
          "the Gram matrix of its calibration input has a mean square of "
              + mean
              + "; calibrate it anew, with inputs that are finite");
    }
    BitSet dead = new BitSet(order.length);
    for (int i = 0; i < order.length; i++) {
      dead.set(i, gram.get(order[i], order[i]) == 0);
    }
    double used = damping;
    while (true) {
      double[] damped = new double[diagonal.length];
      for (int i = 0; i < damped.length; i++) {
        damped[i] = diagonal[i] / mean + used;
      }
      Optional<FloatMatrix> upper =
          Cholesky.ofInverse(gram, scale / mean, damped, order, precision, scope);
      if (upper.isPresent()) {
        return new Factor(upper.get(), mean, used, dead);
      }
      if (used >= 1) {
        throw notPositive(layer, used);
      }
      used = used == 0 ? FIRST : Math.min(1, used * STEP);
    }
  }

  private static PruningException notPositive(LayerContext layer, double damping) {
    return new PruningException(
        layer.layer(),
        "its Hessian is not positive definite, even with a damping of "
            + damping
            + " times the mean of its diagonal; calibrate the layer anew, with finite inputs, or"
            + " prune it by a method without Gram matrix, such as wanda");
  }
}
