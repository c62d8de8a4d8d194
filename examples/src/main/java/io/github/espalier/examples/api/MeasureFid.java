package io.github.espalier.examples.api;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.InceptionFeatureNetwork;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.fid.FrechetInceptionDistance;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.inception.InceptionTap;
import io.github.espalier.metrics.protocol.FidProtocol;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;

/** FID of generated images under the paper's protocol. */
final class MeasureFid {
  private MeasureFid() {}

  /** Arguments: weights of the FID network, a folder of photographs, one of generated images. */
  public static void main(String[] args) throws IOException {
    try (Compute compute = Compute.withAllProcessors();
        InceptionFeatureNetwork network =
            InceptionFeatureNetwork.load(Path.of(args[0]), InceptionTap.FINAL_2048, compute)) {
      FeatureExtraction extraction = FeatureExtraction.of(network, FidProtocol.PAPER);
      FrechetInceptionDistance distance =
          FeatureComparison.of(features(extraction, args[1]), features(extraction, args[2]))
              .frechet();
      System.out.println(distance.label() + ": " + distance.value());
      distance.warning().ifPresent(System.out::println);
    }
  }

  private static FeatureDistribution features(FeatureExtraction extraction, String folder)
      throws IOException {
    ExtractedFeatures features =
        extraction.extract(
            ImageFolder.list(Path.of(folder), false),
            Path.of(folder + ".features.safetensors"),
            ExtractionListener.NONE,
            new Cancellation());
    return FeatureDistribution.of(folder, features);
  }
}
