package io.github.espalier.examples.api;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.Masks;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.methods.magnitude.Magnitude;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Prunes a matrix of one's own: half of it, as two zeros in every four inputs. */
final class PruneOwnArray {
  private PruneOwnArray() {}

  public static void main(String[] args) throws IOException {
    try (INDArray weights =
        Nd4j.createFromArray(
            new float[][] {
              {0.9f, -0.1f, 0.4f, 0.2f, -0.3f, 0.8f, 0.05f, -0.6f},
              {0.1f, 0.2f, -0.7f, 0.6f, 0.5f, -0.4f, 0.3f, 0.25f},
            })) {
      Mask mask =
          Pruner.mask(
              weights,
              Magnitude.withDefaults(),
              Sparsity.parse("50%"),
              SparsityPattern.parse("2:4"));
      Masks.apply(mask, weights);
      System.out.println(weights);
      System.out.println(mask.prunedCount() + " of " + weights.length() + " weights are zero now");
    }
  }
}
