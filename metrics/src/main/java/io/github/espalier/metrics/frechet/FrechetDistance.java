package io.github.espalier.metrics.frechet;

import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.metrics.feature.FeatureMoments;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The squared Fréchet (Wasserstein-2) distance of two normal distributions: {@code |m1 - m2|^2 + tr
 * S1 + tr S2 - 2 tr (S1 S2)^(1/2)}.
 *
 * <p>D. C. Dowson and B. V. Landau, The Fréchet distance between multivariate normal distributions,
 * Journal of Multivariate Analysis 12, 1982; for features of images M. Heusel et al., GANs trained
 * by a two time-scale update rule converge to a local Nash equilibrium, NeurIPS 2017, equation 6.
 *
 * <p>The last trace is that of a symmetric matrix: with {@code S1 = F1^T F1} and {@code S2 = F2^T
 * F2} the eigenvalues of {@code S1 S2} are those of {@code (F1 F2^T)(F1 F2^T)^T}. The factors are
 * Cholesky factors with complete pivoting, cut off at the rank. So there are no imaginary parts,
 * covariances of fewer images than features need no special care, and the distance of a
 * distribution from itself is 0 up to rounding. Covariances with negative eigenvalues beyond
 * rounding, as those rounded to binary32 have, count as their positive parts.
 *
 * @param meanTerm squared distance of the means, at least 0
 * @param covarianceTerm the rest, at least 0; 0 where rounding would make it negative
 * @param width number of features
 * @param firstCount number of vectors of the first distribution, if known
 * @param secondCount number of vectors of the second, if known
 */
public record FrechetDistance(
    double meanTerm,
    double covarianceTerm,
    int width,
    OptionalLong firstCount,
    OptionalLong secondCount) {
  /**
   * Computes the distance. The same, bit for bit, on any number of processors.
   *
   * @param first moments of one set of features
   * @param second moments of the other
   * @return the distance
   * @throws IllegalArgumentException if the numbers of features differ
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public static FrechetDistance between(FeatureMoments first, FeatureMoments second) {
    FrechetReference.requireSameWidth(first, second);
    List<FeatureMoments> both = List.of(first, second);
    AtomicReferenceArray<FrechetReference> factored = new AtomicReferenceArray<>(2);
    try {
      TaskRunner.COMMON_POOL.run(2, i -> factored.set(i, new FrechetReference(both.get(i))));
      return factored.get(0).distanceTo(factored.get(1));
    } finally {
      for (int i = 0; i < 2; i++) {
        Optional.ofNullable(factored.get(i)).ifPresent(FrechetReference::close);
      }
    }
  }

  /**
   * Returns the distance.
   *
   * @return at least 0
   */
  public double value() {
    return meanTerm + covarianceTerm;
  }
}
