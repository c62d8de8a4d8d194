package io.github.espalier.core.prune;

import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.selection.MagnitudeKeys;
import io.github.espalier.core.selection.SaliencyKeys;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Methods for the tests of the pruner. */
final class TestMethods {
  private TestMethods() {}

  /** What a method does with a layer. */
  @FunctionalInterface
  interface Action {
    Outcome prune(LayerContext layer) throws IOException;
  }

  /** Prunes the smallest weights by their bits. */
  static SaliencyMethod smallest() {
    return new SaliencyMethod() {
      @Override
      public String name() {
        return "smallest";
      }

      @Override
      public SaliencyKeys keys(LayerContext layer) {
        return MagnitudeKeys.of(layer.data());
      }

      @Override
      public INDArray saliency(LayerContext layer) {
        throw new UnsupportedOperationException();
      }
    };
  }

  /** Prunes the smallest weights by a saliency that ND4J computes. */
  static SaliencyMethod computed() {
    return new SaliencyMethod() {
      @Override
      public String name() {
        return "computed";
      }

      @Override
      public INDArray saliency(LayerContext layer) throws IOException {
        INDArray weights = layer.weights();
        return weights.muli(weights);
      }
    };
  }

  /** Does what a test says. */
  static PruningMethod doing(Action action) {
    return new PruningMethod() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public Outcome prune(LayerContext layer) throws IOException {
        return action.prune(layer);
      }
    };
  }
}
