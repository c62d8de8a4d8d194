package io.github.espalier.examples.api;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.tensor.NdArrays;
import java.io.IOException;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ranks a weight by its absolute value times the mean square of its input. */
public final class MeanSquarePruning implements SaliencyMethod {
  /** Makes the method, for {@link java.util.ServiceLoader}. */
  public MeanSquarePruning() {}

  @Override
  public String name() {
    return "mean-square";
  }

  @Override
  public StatisticsNeed needs() {
    return StatisticsNeed.MOMENTS;
  }

  @Override
  public INDArray saliency(LayerContext layer) throws IOException {
    InputStatistics input = layer.statistics(needs());
    double[] squares = input.sumsOfSquares();
    INDArray weights = layer.weights();
    FloatBuffer scores = NdArrays.floats(weights);
    for (int i = 0; i < scores.limit(); i++) {
      double meanSquare = squares[i % squares.length] / input.tokens();
      scores.put(i, (float) (Math.abs(scores.get(i)) * meanSquare));
    }
    return weights;
  }
}
