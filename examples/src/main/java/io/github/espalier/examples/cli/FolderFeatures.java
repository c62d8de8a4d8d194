package io.github.espalier.examples.cli;

import com.google.common.io.Closer;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.ClipPreparation;
import io.github.espalier.metrics.clip.ClipPreprocess;
import io.github.espalier.metrics.extract.ClipFeatureNetwork;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.FeatureNetwork;
import io.github.espalier.metrics.extract.InceptionFeatureNetwork;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.protocol.ImagePreparation;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The network that the options name, ready for folders of images. */
final class FolderFeatures implements AutoCloseable {
  private final FeatureNetwork network;
  private final ImagePreparation preparation;
  private final ExtractionOptions options;
  private final int threads;
  private final Closer closer;

  private FolderFeatures(
      FeatureNetwork network,
      ImagePreparation preparation,
      ExtractionOptions options,
      int threads,
      Closer closer) {
    this.network = network;
    this.preparation = preparation;
    this.options = options;
    this.threads = threads;
    this.closer = closer;
  }

  static FolderFeatures open(ExtractionOptions options, int threads, Cancellation cancellation)
      throws IOException {
    if (options.inception.isPresent() == options.clip.model.isPresent()) {
      throw new IllegalArgumentException(
          "a folder of images needs --inception FILE, the weights of the FID network, or --clip"
              + " MODEL, and not both");
    }
    Closer closer = Closer.create();
    try {
      Compute compute = Compute.withThreads(threads).withCheck(cancellation::check);
      closer.register(compute::close);
      if (options.clip.model.isPresent()) {
        ClipModel model = ClipModel.open(options.clip.required());
        closer.register(model::close);
        ClipPreprocess own = model.preprocess();
        return new FolderFeatures(
            new ClipFeatureNetwork(model, compute),
            new ClipPreparation(options.framing.map(own::withFraming).orElse(own)),
            options,
            threads,
            closer);
      }
      InceptionFeatureNetwork network =
          InceptionFeatureNetwork.load(options.inception.orElseThrow(), options.tap, compute);
      closer.register(network::close);
      return new FolderFeatures(network, options.protocol, options, threads, closer);
    } catch (IOException | RuntimeException | Error e) {
      closer.close();
      throw e;
    }
  }

  FeatureExtraction extraction() {
    FeatureExtraction extraction =
        FeatureExtraction.of(network, preparation).withBatch(options.batch).withReaders(threads);
    return options.skipUnreadable.wanted ? extraction.skippingUnreadable() : extraction;
  }

  /**
   * Lists images; of a folder of 'espalier generate' those it made, and not the contact sheet. If
   * there is a file with a list, only those in it.
   */
  ImageFolder list(Path folder, Optional<Path> list) throws IOException {
    ImageFolder all = list(folder);
    if (list.isEmpty()) {
      return all;
    }
    try {
      return all.only(ImageList.read(list.get()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(list.get() + ": " + e.getMessage(), e);
    }
  }

  private ImageFolder list(Path folder) throws IOException {
    ImageFolder all = ImageFolder.list(folder, options.recursive);
    if (!GeneratedImages.isFolderOf(folder)) {
      return all;
    }
    Set<String> made = GeneratedImages.prompts(folder).keySet();
    return new ImageFolder(folder, all.names().stream().filter(made::contains).toList());
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
