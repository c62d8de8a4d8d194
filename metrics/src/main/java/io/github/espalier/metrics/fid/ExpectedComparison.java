package io.github.espalier.metrics.fid;

import io.github.espalier.metrics.extract.ClipFeatureNetwork;
import io.github.espalier.metrics.frechet.InfinityExtrapolation;
import java.util.List;
import java.util.Set;

/**
 * Tells what a comparison would fail with, before features are computed for hours. What only the
 * images themselves tell, such as that some cannot be read, remains.
 *
 * @param real what the other is held against
 * @param generated the set in question
 */
public record ExpectedComparison(ExpectedFeatures real, ExpectedFeatures generated) {
  private static final long MEGABYTE = 1 << 20;

  /**
   * Refuses sets that cannot be compared.
   *
   * @return this
   * @throws IllegalArgumentException if networks, layers, weights, protocols or the numbers of
   *     features differ, or one has fewer than two images; the message says in what
   */
  public ExpectedComparison requireComparable() {
    if (real.origin().isPresent() && generated.origin().isPresent()) {
      String difference = real.origin().get().differenceFrom(generated.origin().get());
      if (!difference.isEmpty()) {
        throw new IllegalArgumentException(
            real.name()
                + " and "
                + generated.name()
                + " cannot be compared: the features of the first are of "
                + difference);
      }
    }
    if (real.width() != generated.width()) {
      throw new IllegalArgumentException(
          real.name()
              + " has "
              + real.width()
              + " features, but "
              + generated.name()
              + " has "
              + generated.width());
    }
    real.requireImages("a distance", 2);
    generated.requireImages("a distance", 2);
    return this;
  }

  /**
   * Refuses measures that cannot be had.
   *
   * @param measures the measures
   * @param infinity how the extrapolation is made, if it is among them
   * @return this
   * @throws IllegalArgumentException if a side has statistics only, too few images, or embeddings
   *     that are not CLIP's, or the features do not fit the heap; the message says which
   */
  public ExpectedComparison require(Set<FeatureMeasure> measures, InfinityExtrapolation infinity) {
    return require(measures, infinity, Runtime.getRuntime().maxMemory());
  }

  ExpectedComparison require(
      Set<FeatureMeasure> measures, InfinityExtrapolation infinity, long heapBytes) {
    for (FeatureMeasure each : measures) {
      for (ExpectedFeatures side :
          each.needsReal() ? List.of(real, generated) : List.of(generated)) {
        if (!side.hasFeatures()) {
          throw FeatureDistribution.onlyStatistics(each.title(), side.name());
        }
        side.requireImages(each.title(), each.leastImages());
      }
    }
    if (measures.contains(FeatureMeasure.INFINITY)) {
      generated.requireImages(
          "the extrapolation by "
              + infinity.points()
              + " subsets from "
              + infinity.leastCount()
              + " on",
          infinity.leastVectors());
    }
    if (measures.contains(FeatureMeasure.CLIP_DISCREPANCY)) {
      requireClip(real);
      requireClip(generated);
    }
    requireMemory(measures, heapBytes);
    return this;
  }

  private static void requireClip(ExpectedFeatures side) {
    if (side.origin().filter(ClipFeatureNetwork::isClip).isEmpty()) {
      throw new IllegalArgumentException(
          "the discrepancy of embeddings needs those of CLIP on both sides, but those of "
              + side.name()
              + " are of the network "
              + side.origin().map(origin -> origin.network().name()).orElse("unknown"));
    }
  }

  private void requireMemory(Set<FeatureMeasure> measures, long heapBytes) {
    long needed = 0;
    for (FeatureMeasure each : measures) {
      long held = generated.bytes() + (each.needsReal() ? real.bytes() : 0);
      needed = Math.max(needed, each.copies() * held);
    }
    if (needed > heapBytes / 4 * 3) {
      String titles = String.join(", ", measures.stream().map(FeatureMeasure::title).toList());
      throw new IllegalArgumentException(
          "for "
              + titles
              + ", the features of "
              + real.name()
              + " and "
              + generated.name()
              + " take "
              + needed / MEGABYTE
              + " MB, too much for a heap of "
              + heapBytes / MEGABYTE
              + " MB; raise that with Java's option -Xmx"
              + (needed * 3 / 2 + MEGABYTE - 1) / MEGABYTE
              + "m (for the espalier command in ESPALIER_OPTS)");
    }
  }
}
