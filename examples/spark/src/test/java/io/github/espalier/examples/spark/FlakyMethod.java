package io.github.espalier.examples.spark;

import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.tensor.NdArrays;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Prunes by magnitude, but fails as often as it is told to. */
public final class FlakyMethod implements SaliencyMethod {
  static final String FAILURE = "a fault was injected";

  private static final AtomicInteger failuresLeft = new AtomicInteger();

  /** For {@link java.util.ServiceLoader}. */
  public FlakyMethod() {}

  /** Makes the next calls fail. */
  static void failNext(int calls) {
    failuresLeft.set(calls);
  }

  static int failuresLeft() {
    return Math.max(0, failuresLeft.get());
  }

  @Override
  public String name() {
    return "flaky";
  }

  @Override
  public INDArray saliency(LayerContext layer) throws IOException {
    if (failuresLeft.getAndDecrement() > 0) {
      throw new IllegalStateException(FAILURE);
    }
    INDArray weights = layer.weights();
    FloatBuffer values = NdArrays.floats(weights);
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, Math.abs(values.get(i)));
    }
    return weights;
  }
}
