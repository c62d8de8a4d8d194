package io.github.espalier.examples.bench;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.metrics.inception.InceptionNetwork;
import io.github.espalier.metrics.inception.InceptionTap;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.OperationTimes;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Times FID's Inception network over a batch of random images, to its last features.
 *
 * @param batch number of images, at least 1
 * @param size their height and width, at least {@link InceptionNetwork#LEAST_SIZE}
 * @param threads threads that compute, at least 1
 * @param runs how often the batch is timed, at least 1
 */
public record InceptionBenchmark(int batch, int size, int threads, int runs) {
  private static final int CHANNELS = 3;

  /**
   * Runs the network, once more than it is timed.
   *
   * @param weights the network's weights; if there are none, random ones are written to a temporary
   *     file
   * @param pytorchSeconds what PyTorch takes for the same, if that is known
   * @param cancellation stops the benchmark
   * @param status hears what is being done
   * @return the times
   * @throws IOException if the weights cannot be read or written
   */
  public InceptionBenchmarkResult run(
      Optional<Path> weights,
      @Nullable Double pytorchSeconds,
      Cancellation cancellation,
      Consumer<String> status)
      throws IOException {
    if (weights.isPresent()) {
      Path file = weights.get();
      return time(file, file.toString(), pytorchSeconds, cancellation, status);
    }
    Path folder = Files.createTempDirectory("espalier-bench");
    Path file = folder.resolve("inception.safetensors");
    try {
      status.accept("writing random weights");
      Safetensors.write(file, randomWeights(), Map.of());
      return time(file, "random weights", pytorchSeconds, cancellation, status);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private InceptionBenchmarkResult time(
      Path file,
      String name,
      @Nullable Double pytorchSeconds,
      Cancellation cancellation,
      Consumer<String> status)
      throws IOException {
    try (MemorySampler sampler = MemorySampler.start();
        InceptionNetwork network = InceptionNetwork.load(file);
        Compute compute = Compute.withThreads(threads).withCheck(cancellation::check)) {
      NetworkTiming timing = time(network, compute, status);
      return new InceptionBenchmarkResult(
          name,
          network.weightsSha256(),
          batch,
          size,
          threads,
          timing,
          pytorchSeconds,
          sampler.peak(),
          Machine.of(file));
    }
  }

  private NetworkTiming time(InceptionNetwork network, Compute compute, Consumer<String> status) {
    List<FloatImage> images = randomImages();
    List<Double> seconds = new ArrayList<>();
    OperationTimes times = new OperationTimes();
    for (int i = 0; i <= runs; i++) {
      status.accept(i == 0 ? "first run, not counted" : "run " + i + " of " + runs);
      long start = System.nanoTime();
      network.features(
          i == 0 ? compute : compute.withTimes(times), images, Set.of(InceptionTap.FINAL_2048));
      if (i > 0) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    Map<String, Double> operations = new LinkedHashMap<>();
    times
        .seconds()
        .forEach(
            (operation, sum) ->
                operations.put(
                    operation.name().toLowerCase(Locale.ROOT).replace('_', ' '), sum / runs));
    return new NetworkTiming("Inception", seconds, operations);
  }

  private List<FloatImage> randomImages() {
    SplittableRandom random = new SplittableRandom(1);
    List<FloatImage> images = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      float[] values = new float[CHANNELS * size * size];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextDouble(-1, 1);
      }
      images.add(new FloatImage(CHANNELS, size, size, values));
    }
    return images;
  }

  /** Such that activations stay of about the same size: weights as He et al. have them. */
  private static Map<String, TensorData> randomWeights() {
    SplittableRandom random = new SplittableRandom(0);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    InceptionNetwork.tensors()
        .forEach((name, shape) -> tensors.put(name, randomTensor(name, shape, random)));
    return tensors;
  }

  private static TensorData randomTensor(String name, Shape shape, SplittableRandom random) {
    boolean kernel = shape.rank() > 1;
    boolean factor = name.endsWith(".bn.weight") || name.endsWith(".running_var");
    double spread = kernel ? Math.sqrt(6.0 * shape.extent(0) / shape.elements()) : 0.1;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(shape.elements()) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) ((factor ? 1 : 0) + random.nextDouble(-spread, spread)));
    }
    return TensorData.ofBytes(DType.F32, shape, bytes.flip());
  }
}
