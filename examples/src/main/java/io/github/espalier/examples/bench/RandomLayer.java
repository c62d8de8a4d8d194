package io.github.espalier.examples.bench;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A linear layer of random F32 weights in memory, half of which are pruned.
 *
 * @param layer what it is
 * @param data its weights
 */
record RandomLayer(Layer layer, TensorData data) {
  private static final Sparsity HALF = Sparsity.of(0.5);

  /** Blocks of SD2's text encoder, and square layers in each. */
  private static final int BLOCKS = 23;

  private static final int SQUARES = 4;

  /** Does something with a layer. */
  @FunctionalInterface
  interface Action {
    void accept(RandomLayer layer) throws IOException;
  }

  static RandomLayer of(int rows, int columns) {
    Shape shape = Shape.of(rows, columns);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(rows * columns, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(2);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextDouble() - 0.5f);
    }
    Layer layer = new Layer("random", new Component("bench"), LayerKind.LINEAR, shape, DType.F32);
    return new RandomLayer(layer, TensorData.ofBytes(DType.F32, shape, bytes.flip()));
  }

  /** As many layers as SD2's text encoder has; those of one shape have the same weights. */
  static List<RandomLayer> textEncoder(int width) {
    List<RandomLayer> layers = new ArrayList<>();
    layers.addAll(Collections.nCopies(SQUARES * BLOCKS, of(width, width)));
    layers.addAll(Collections.nCopies(BLOCKS, of(4 * width, width)));
    layers.addAll(Collections.nCopies(BLOCKS, of(width, 4 * width)));
    return layers;
  }

  /** Takes layers on all processors. */
  static void each(List<RandomLayer> layers, Action action) throws IOException {
    try {
      TaskRunner.COMMON_POOL.run(
          layers.size(),
          i -> {
            try {
              action.accept(layers.get(i));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Statistics without a Gram matrix. */
  InputStatistics moments() {
    double[] squares = new double[(int) layer.columns()];
    Arrays.setAll(squares, i -> 1 + i % 7);
    return new InputStatistics(squares, squares, Optional.empty(), 1, 1, 1);
  }

  void prune(PruningMethod method, InputStatistics statistics) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Outcome outcome =
          method.prune(
              new LayerContext(
                  layer,
                  data,
                  HALF,
                  method.defaultPattern(),
                  (any, owner) -> Optional.of(statistics),
                  scope));
      if (outcome.mask().prunedCount() == 0) {
        throw new IllegalStateException(method.name() + " pruned nothing");
      }
    }
  }

  /** Sorts a copy of the weights, row by row. */
  void sortRows() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix matrix = FloatMatrix.of(scope.floats(data, layer.rows(), layer.columns()));
      float[] row = new float[matrix.columns()];
      for (int i = 0; i < matrix.rows(); i++) {
        matrix.get(i, 0, row, 0, row.length);
        Arrays.sort(row);
        matrix.put(i, 0, row, 0, row.length);
      }
    }
  }
}
