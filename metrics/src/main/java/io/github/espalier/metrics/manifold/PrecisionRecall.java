package io.github.espalier.metrics.manifold;

import io.github.espalier.core.tensor.PairwiseProducts;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.metrics.feature.FeatureSet;

/**
 * Improved precision and recall: the share of generated images that lie within the real ones'
 * manifold, which is fidelity, and of real ones within the generated ones', which is diversity. A
 * manifold is the union of balls around the vectors, each as large as the distance to the k-th
 * nearest other one, surface included.
 *
 * <p>T. Kynkäänniemi et al., Improved precision and recall metric for assessing generative models,
 * NeurIPS 2019, equations 1 and 2.
 *
 * @param precision share of generated images, 0 to 1
 * @param recall share of real images, 0 to 1
 */
public record PrecisionRecall(double precision, double recall) {
  /** The neighbour of the paper. */
  public static final int NEIGHBOUR = 3;

  /**
   * Computes both with the third neighbour.
   *
   * @param real features of real images, at least 4
   * @param generated features of generated images, at least 4
   * @return precision and recall
   * @throws IllegalArgumentException if there are too few vectors, or their width differs
   */
  public static PrecisionRecall of(FeatureSet real, FeatureSet generated) {
    return of(real, generated, NEIGHBOUR);
  }

  /**
   * Computes both.
   *
   * @param real features of real images, more than {@code neighbour}
   * @param generated features of generated images, more than {@code neighbour}
   * @param neighbour which neighbour gives the radius, at least 1
   * @return precision and recall
   * @throws IllegalArgumentException if there are too few vectors, or their width differs
   */
  public static PrecisionRecall of(FeatureSet real, FeatureSet generated, int neighbour) {
    if (neighbour < 1 || Math.min(real.rows(), generated.rows()) <= neighbour) {
      throw new IllegalArgumentException(
          "neighbour "
              + neighbour
              + " of each of "
              + real.rows()
              + " and "
              + generated.rows()
              + " vectors: there must be more than that, and it must be at least 1");
    }
    return new PrecisionRecall(
        covered(generated, Balls.of(real, neighbour)),
        covered(real, Balls.of(generated, neighbour)));
  }

  private static double covered(FeatureSet set, Balls balls) {
    boolean[] inside = new boolean[set.rows()];
    double[] squares = Balls.squares(set);
    PairwiseProducts.forEach(
        set,
        balls.centres(),
        TaskRunner.COMMON_POOL,
        (x, first, products, count) -> {
          for (int j = 0; j < count && !inside[x]; j++) {
            inside[x] = balls.contain(first + j, set, x, squares[x], products[j]);
          }
        });
    int found = 0;
    for (boolean each : inside) {
      found += each ? 1 : 0;
    }
    return (double) found / inside.length;
  }
}
