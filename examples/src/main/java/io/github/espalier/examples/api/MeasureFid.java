package io.github.espalier.examples.api;

import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.InceptionFeatureNetwork;
import io.github.espalier.metrics.fid.FeatureCache;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.inception.InceptionTap;
import io.github.espalier.metrics.protocol.FidProtocol;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;

/** FID of generated images under the paper's protocol. */
final class MeasureFid {
  private MeasureFid() {}

  /** Arguments: the network's weights, photographs, generated images, a folder for features. */
  public static void main(String[] args) throws IOException {
    try (Compute compute = Compute.withAllProcessors();
        InceptionFeatureNetwork network =
            InceptionFeatureNetwork.load(Path.of(args[0]), InceptionTap.FINAL_2048, compute)) {
      FeatureExtraction extraction = FeatureExtraction.of(network, FidProtocol.PAPER);
      FeatureCache cache = new FeatureCache(Path.of(args[3]));
      System.out.println(
          FeatureComparison.of(
                  cache.features(extraction, Path.of(args[1])),
                  cache.features(extraction, Path.of(args[2])))
              .frechet());
    }
  }
}
