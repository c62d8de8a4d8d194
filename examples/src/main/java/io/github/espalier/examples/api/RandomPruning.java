package io.github.espalier.examples.api;

import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.SaliencyMethod;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pruning method of one's own: prunes at random, the baseline that every other method should
 * beat. Since it is listed in {@code META-INF/services}, {@code espalier prune --method random}
 * finds it.
 */
public final class RandomPruning implements SaliencyMethod {
  /** Makes the method, for {@link java.util.ServiceLoader}. */
  public RandomPruning() {}

  @Override
  public String name() {
    return "random";
  }

  @Override
  public INDArray saliency(LayerContext layer) {
    // Layers are pruned in parallel: with a generator each, every run gives the same answer.
    SplittableRandom random = new SplittableRandom(layer.layer().qualifiedName().hashCode());
    float[] saliencies = new float[Math.toIntExact(layer.layer().parameters())];
    for (int i = 0; i < saliencies.length; i++) {
      saliencies[i] = (float) random.nextDouble();
    }
    return layer.scope().matrix(layer.rows(), layer.columns(), saliencies);
  }
}
