package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.InceptionFeatureNetwork;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;

/** The network that the options name, ready for folders of images. */
final class FolderFeatures implements AutoCloseable {
  private final Compute compute;
  private final InceptionFeatureNetwork network;
  private final ExtractionOptions options;
  private final int threads;

  private FolderFeatures(
      Compute compute, InceptionFeatureNetwork network, ExtractionOptions options, int threads) {
    this.compute = compute;
    this.network = network;
    this.options = options;
    this.threads = threads;
  }

  static FolderFeatures open(ExtractionOptions options, int threads, Cancellation cancellation)
      throws IOException {
    Path weights =
        options.inception.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a folder of images needs --inception FILE, the weights of the FID network"));
    Compute compute = Compute.withThreads(threads).withCheck(cancellation::check);
    try {
      return new FolderFeatures(
          compute, InceptionFeatureNetwork.load(weights, options.tap, compute), options, threads);
    } catch (IOException | RuntimeException | Error e) {
      compute.close();
      throw e;
    }
  }

  FeatureExtraction extraction() {
    FeatureExtraction extraction =
        FeatureExtraction.of(network, options.protocol)
            .withBatch(options.batch)
            .withReaders(threads);
    return options.skipUnreadable ? extraction.skippingUnreadable() : extraction;
  }

  ImageFolder list(Path folder) throws IOException {
    return ImageFolder.list(folder, options.recursive);
  }

  @Override
  public void close() {
    try (compute) {
      network.close();
    }
  }
}
