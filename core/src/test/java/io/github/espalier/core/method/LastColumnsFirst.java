package io.github.espalier.core.method;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A method of a user's own, known by name through the test resources: early columns matter. */
public final class LastColumnsFirst implements SaliencyMethod {
  @Override
  public String name() {
    return "last-columns-first";
  }

  @Override
  public INDArray saliency(LayerContext layer) {
    INDArray saliency = layer.scope().zeros(layer.rows(), layer.columns());
    for (long row = 0; row < layer.rows(); row++) {
      for (long column = 0; column < layer.columns(); column++) {
        saliency.putScalar(row, column, (double) -column);
      }
    }
    return saliency;
  }
}
