package io.github.espalier.metrics.kernel;

import io.github.espalier.core.tensor.RowSource;
import io.github.espalier.metrics.feature.FeatureSet;

/**
 * Distance of distributions of CLIP image embeddings: a thousand times the squared maximum mean
 * discrepancy under the kernel {@code exp(-|x - y|^2 / (2 * 10^2))}, in the biased estimate, which
 * keeps the pairs of a vector with itself.
 *
 * <p>S. Jayasumana et al., Rethinking FID: Towards a better evaluation metric for image generation,
 * CVPR 2024, section 5 (CMMD); scale and estimator as in its reference implementation. The name
 * CMMD belongs to it where the embeddings are those of CLIP ViT-L/14 at 336 pixels. Stateless.
 */
public final class ClipDiscrepancy {
  /** The kernel's width. */
  public static final double SIGMA = 10;

  /** What the squared discrepancy is multiplied by. */
  public static final double SCALE = 1000;

  /** Embeddings divided by their norm in half precision are this near. */
  private static final double MOST_OFF = 2e-3;

  private ClipDiscrepancy() {}

  /**
   * Computes the distance.
   *
   * @param first embeddings of norm 1; see {@link FeatureSet#normalised()}
   * @param second other ones, of the same width
   * @return the distance, at least 0 up to rounding
   * @throws IllegalArgumentException if a set is empty, the width differs, or an embedding does not
   *     have norm 1
   */
  public static double between(FeatureSet first, FeatureSet second) {
    requireUnit(first);
    requireUnit(second);
    double gamma = 1 / (2 * SIGMA * SIGMA);
    // Less 1, which cancels, so that no digits are lost where all kernels are near 1.
    KernelSums.Kernel kernel =
        (product, xSquare, ySquare) ->
            Math.expm1(-gamma * Math.max(0, xSquare + ySquare - 2 * product));
    double m = first.rows();
    double n = second.rows();
    return SCALE
        * (KernelSums.within(first, kernel) / (m * m)
            + KernelSums.within(second, kernel) / (n * n)
            - 2 * KernelSums.between(first, second, kernel) / (m * n));
  }

  private static void requireUnit(RowSource rows) {
    if (rows.rows() == 0) {
      throw new IllegalArgumentException("there are no embeddings");
    }
    double[] squares = KernelSums.squares(rows);
    for (int i = 0; i < squares.length; i++) {
      if (Math.abs(Math.sqrt(squares[i]) - 1) > MOST_OFF) {
        throw new IllegalArgumentException(
            "embedding " + i + " has norm " + Math.sqrt(squares[i]) + ", but must have norm 1");
      }
    }
  }
}
