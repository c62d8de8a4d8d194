package io.github.espalier.methods.calibrated;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * A layer of F32 weights with the Gram matrix of its calibration input.
 *
 * @param shape of the weights
 * @param weights in C order
 * @param gram in C order
 * @param samples number of samples
 */
@SuppressWarnings("ArrayRecordComponent")
public record CalibratedLayer(Shape shape, float[] weights, double[] gram, long samples) {
  /** A golden layer. */
  public static CalibratedLayer of(GoldenLayer layer) {
    long[] extents = Arrays.stream(layer.shape()).asLongStream().toArray();
    return new CalibratedLayer(Shape.of(extents), layer.weights(), layer.gram(), layer.samples());
  }

  /** Rows of the weight matrix. */
  public int rows() {
    return (int) shape.extent(0);
  }

  /** Columns of the weight matrix. */
  public int columns() {
    return weights.length / rows();
  }

  /** The layer with other weights. */
  public CalibratedLayer with(float[] other) {
    return new CalibratedLayer(shape, other, gram, samples);
  }

  /** The layer as a method sees it. */
  public LayerContext context(Sparsity sparsity, SparsityPattern pattern, TensorScope scope) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * weights.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(weights);
    Layer layer = new Layer("layer", new Component("unet"), LayerKind.LINEAR, shape, DType.F32);
    return new LayerContext(
        layer,
        TensorData.ofBytes(DType.F32, shape, bytes),
        sparsity,
        pattern,
        (any, owner) -> Optional.of(statistics(owner)),
        scope);
  }

  /** What calibration would have gathered. */
  public InputStatistics statistics(TensorScope scope) {
    int columns = columns();
    SymmetricMatrix matrix = SymmetricMatrix.zeros(columns, scope);
    double[] squares = new double[columns];
    for (int i = 0; i < columns; i++) {
      squares[i] = gram[i * columns + i];
      matrix.put(i, Arrays.copyOfRange(gram, i * columns + i, (i + 1) * columns));
    }
    return new InputStatistics(
        new double[columns], squares, Optional.of(matrix), samples, samples, samples);
  }

  /** Squared norm of what the layer's output lacks with other weights, {@code tr D G D^T}. */
  public double outputError(double[] others) {
    int columns = columns();
    double sum = 0;
    for (int row = 0; row < weights.length; row += columns) {
      for (int i = 0; i < columns; i++) {
        double change = weights[row + i] - others[row + i];
        double inner = 0;
        for (int j = 0; j < columns; j++) {
          inner += gram[i * columns + j] * (weights[row + j] - others[row + j]);
        }
        sum += change * inner;
      }
    }
    return sum;
  }

  /** The weights that a mask keeps. */
  public double[] masked(Mask mask) {
    double[] kept = new double[weights.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = mask.isKept(i) ? weights[i] : 0;
    }
    return kept;
  }

  /** The pruned weights of a mask, by flat index. */
  public static BitSet pruned(Mask mask) {
    BitSet pruned = new BitSet();
    for (int i = 0; i < mask.shape().elements(); i++) {
      pruned.set(i, !mask.isKept(i));
    }
    return pruned;
  }
}
