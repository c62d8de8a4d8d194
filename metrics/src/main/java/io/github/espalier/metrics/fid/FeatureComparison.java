package io.github.espalier.metrics.fid;

import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.feature.FeatureSet;
import io.github.espalier.metrics.frechet.FrechetDistance;
import io.github.espalier.metrics.frechet.InfinityExtrapolation;
import io.github.espalier.metrics.frechet.SamplingBias;
import io.github.espalier.metrics.kernel.ClipDiscrepancy;
import io.github.espalier.metrics.kernel.KernelInceptionDistance;
import io.github.espalier.metrics.manifold.PrecisionRecall;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Real images against generated ones, by features that one network made of both under one protocol.
 * Immutable.
 *
 * <p>All but {@link #frechet()} need the features themselves; statistics alone will not do. They
 * are read from their files when first needed, and held. {@link ExpectedComparison} tells
 * beforehand whether a measure can be had.
 */
public final class FeatureComparison {
  private final FeatureDistribution real;
  private final FeatureDistribution generated;

  private FeatureComparison(FeatureDistribution real, FeatureDistribution generated) {
    this.real = real;
    this.generated = generated;
  }

  /**
   * Compares two sets. Where a side does not say what made its features, only their number is
   * checked.
   *
   * @param real what the other is held against
   * @param generated the set in question
   * @return the comparison
   * @throws IllegalArgumentException if networks, layers, weights, protocols or the numbers of
   *     features differ; the message says in what
   */
  public static FeatureComparison of(FeatureDistribution real, FeatureDistribution generated) {
    new ExpectedComparison(ExpectedFeatures.of(real), ExpectedFeatures.of(generated))
        .requireComparable();
    return new FeatureComparison(real, generated);
  }

  /**
   * Computes the Fréchet distance, and its bias where the numbers of images are known, or a lower
   * bound of it where only one is.
   *
   * @return the distance
   * @throws IllegalStateException if OpenBLAS cannot be loaded; the message says what to add
   */
  public FrechetInceptionDistance frechet() {
    FrechetDistance distance = FrechetDistance.between(real.moments(), generated.moments());
    return new FrechetInceptionDistance(distance, labels(), bias());
  }

  private Optional<SamplingBias> bias() {
    OptionalLong first = real.moments().count();
    OptionalLong second = generated.moments().count();
    if (first.isPresent() && second.isPresent()) {
      boolean firstIsLarger = first.getAsLong() >= second.getAsLong();
      FeatureMoments larger = (firstIsLarger ? real : generated).moments();
      return Optional.of(SamplingBias.of(larger, first.getAsLong(), second.getAsLong()));
    }
    if (first.isPresent()) {
      return Optional.of(SamplingBias.ofOne(real.moments(), first.getAsLong()));
    }
    return second.isPresent()
        ? Optional.of(SamplingBias.ofOne(generated.moments(), second.getAsLong()))
        : Optional.empty();
  }

  /**
   * Returns what the numbers may be called.
   *
   * @return names that depend on what made the features
   */
  public ComparisonLabels labels() {
    Optional<String> unproven =
        real.origin().isEmpty()
            ? Optional.of(real.name())
            : generated.origin().isEmpty() ? Optional.of(generated.name()) : Optional.empty();
    return new ComparisonLabels(real.origin().or(generated::origin), unproven);
  }

  /**
   * Extrapolates the Fréchet distance to infinitely many generated images.
   *
   * @param how sizes of subsets and seed
   * @return the line
   * @throws IllegalArgumentException if there are too few generated images, or only statistics
   * @throws io.github.espalier.core.model.CheckpointFormatException if features do not fit the heap
   * @throws IOException if features cannot be read
   */
  public InfinityExtrapolation.Result infinity(InfinityExtrapolation how) throws IOException {
    return how.extrapolate(real.moments(), generated.features("the extrapolation"));
  }

  /**
   * Computes the kernel distance of random subsets, which is called KID where {@link
   * ComparisonLabels#isFid()}.
   *
   * @param how number and size of subsets, and seed
   * @return mean and deviation
   * @throws IllegalArgumentException if there are too few images, or only statistics
   * @throws io.github.espalier.core.model.CheckpointFormatException if features do not fit the heap
   * @throws IOException if features cannot be read
   */
  public KernelInceptionDistance.Result kernel(KernelInceptionDistance how) throws IOException {
    return how.between(
        real.features("the kernel distance"), generated.features("the kernel distance"));
  }

  /**
   * Computes the kernel distance of the whole sets.
   *
   * @return the unbiased estimate; may be negative
   * @throws IllegalArgumentException if there are only statistics
   * @throws io.github.espalier.core.model.CheckpointFormatException if features do not fit the heap
   * @throws IOException if features cannot be read
   */
  public double kernelOfAll() throws IOException {
    return KernelInceptionDistance.ofAll(
        real.features("the kernel distance"), generated.features("the kernel distance"));
  }

  /**
   * Computes improved precision and recall.
   *
   * @return fidelity and diversity
   * @throws IllegalArgumentException if there are fewer than 4 images on a side, or only statistics
   * @throws io.github.espalier.core.model.CheckpointFormatException if features do not fit the heap
   * @throws IOException if features cannot be read
   */
  public PrecisionRecall precisionRecall() throws IOException {
    return PrecisionRecall.of(
        real.features("precision and recall"), generated.features("precision and recall"));
  }

  /**
   * Computes the discrepancy of CLIP's embeddings, divided by their norms first. It is called CMMD
   * where {@link ComparisonLabels#isCmmd()}.
   *
   * @return at least 0 up to rounding
   * @throws IllegalArgumentException if there are only statistics
   * @throws IllegalStateException if an embedding is zero
   * @throws io.github.espalier.core.model.CheckpointFormatException if features do not fit the heap
   * @throws IOException if features cannot be read
   */
  public double clipDiscrepancy() throws IOException {
    FeatureSet first = real.features("the discrepancy of embeddings").normalised();
    return ClipDiscrepancy.between(
        first, generated.features("the discrepancy of embeddings").normalised());
  }
}
