package io.github.espalier.examples.study.run;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.generate.ImageFolder;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.sd2.pipeline.GeneratedImage;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Makes the images of a configuration that are not there yet, and stores each as it comes.
 *
 * @param folder of the images
 * @param settings what they are made with
 * @param requests all of them
 * @param progress hears how many there are
 */
record ImageMaking(
    Path folder, RunSettings settings, List<ImageRequest> requests, IntConsumer progress) {
  /** Reads the networks, if there is something to make. */
  @FunctionalInterface
  interface Loading {
    TextToImage load() throws IOException;
  }

  void run(Loading loading, int batch, Cancellation cancellation) throws IOException {
    try (ImageFolder images = open()) {
      List<Integer> missing = missing(images, 0, requests.size());
      if (missing.isEmpty()) {
        return;
      }
      try (TextToImage pipeline = loading.load()) {
        make(images, missing, pipeline, batch, cancellation);
      }
    }
  }

  /** Makes some of the images, with networks that stay open. */
  void run(ImageRange range, TextToImage pipeline, int batch, Cancellation cancellation)
      throws IOException {
    try (ImageFolder images = open()) {
      List<Integer> missing = missing(images, range.first(), range.end());
      make(images, missing, pipeline, batch, cancellation);
    }
  }

  private ImageFolder open() throws IOException {
    return ImageFolder.open(folder, settings, requests, false);
  }

  private List<Integer> missing(ImageFolder images, int first, int end) {
    List<Integer> missing =
        IntStream.range(first, end)
            .filter(index -> !images.finished().contains(index))
            .boxed()
            .toList();
    progress.accept(end - first - missing.size());
    return missing;
  }

  private void make(
      ImageFolder images,
      List<Integer> missing,
      TextToImage pipeline,
      int batch,
      Cancellation cancellation)
      throws IOException {
    Map<Thread, Long> last = new HashMap<>();
    long start = System.nanoTime();
    pipeline.generate(
        missing.stream().map(requests::get).toList(),
        settings.generation(),
        batch,
        image -> {
          Thread thread = Thread.currentThread();
          double seconds = (System.nanoTime() - last.getOrDefault(thread, start)) / 1e9;
          store(images, missing.get(image.index()), image, seconds);
          last.put(thread, System.nanoTime());
        },
        cancellation);
  }

  private void store(ImageFolder images, int index, GeneratedImage image, double seconds)
      throws IOException {
    images.store(index, image, seconds);
    progress.accept(images.finished().size());
  }
}
