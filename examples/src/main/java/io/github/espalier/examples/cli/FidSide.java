package io.github.espalier.examples.cli;

import io.github.espalier.metrics.fid.ExpectedFeatures;
import io.github.espalier.metrics.fid.FeatureDistribution;
import java.io.IOException;

/**
 * A side of {@code espalier fid}.
 *
 * @param expected what is known of it at once
 * @param features computes its features, or has them
 */
record FidSide(ExpectedFeatures expected, Source features) {
  /** Gives features. */
  @FunctionalInterface
  interface Source {
    FeatureDistribution get() throws IOException;
  }

  static FidSide of(FeatureDistribution features) {
    return new FidSide(ExpectedFeatures.of(features), () -> features);
  }
}
