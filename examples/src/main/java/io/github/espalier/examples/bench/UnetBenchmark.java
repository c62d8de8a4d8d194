package io.github.espalier.examples.bench;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.OperationTimes;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.noise.TorchRandom;
import io.github.espalier.sd2.unet.Unet;
import io.github.espalier.sd2.vae.VaeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Times the networks of a checkpoint, all three of which are in memory: the U-Net, and what comes
 * before and after it.
 */
public final class UnetBenchmark {
  private static final double TIMESTEP = 981;

  private final Path source;
  private final int batch;
  private final int size;
  private final int threads;
  private final int runs;

  /**
   * Prepares a benchmark.
   *
   * @param source the checkpoint
   * @param batch samples of the U-Net's input, at least 1
   * @param size height and width of the latents, at least 1
   * @param threads threads that compute, at least 1
   * @param runs how often each network is timed, at least 1
   */
  public UnetBenchmark(Path source, int batch, int size, int threads, int runs) {
    this.source = source;
    this.batch = batch;
    this.size = size;
    this.threads = threads;
    this.runs = runs;
  }

  /**
   * Runs the networks, each once more than it is timed.
   *
   * @param pytorchSeconds what PyTorch takes for the U-Net, if that is known
   * @param cancellation stops the benchmark
   * @param status hears what is being done
   * @return the times
   * @throws IOException if the checkpoint cannot be read
   */
  public UnetBenchmarkResult run(
      @Nullable Double pytorchSeconds, Cancellation cancellation, Consumer<String> status)
      throws IOException {
    try (MemorySampler sampler = MemorySampler.start();
        Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source);
        Parameters text = new Parameters(checkpoint, Sd2Checkpoint.TEXT_ENCODER);
        Parameters unet = new Parameters(checkpoint, Sd2Checkpoint.UNET);
        Parameters vae = new Parameters(checkpoint, Sd2Checkpoint.VAE);
        Compute compute = Compute.withThreads(threads).withCheck(cancellation::check)) {
      ModelConfig config = checkpoint.config();
      status.accept("reading the networks");
      ClipTextEncoder encoder = ClipTextEncoder.load(config.textEncoder(), text);
      Unet network = Unet.load(config.unet(), unet);
      VaeDecoder decoder = VaeDecoder.load(config.vae(), vae);
      List<NetworkTiming> timings = new ArrayList<>();
      timings.add(time("U-Net", compute, status, each -> unet(each, network)));
      timings.add(time("text encoder", compute, status, each -> text(each, encoder)));
      timings.add(time("VAE decoder", compute, status, each -> vae(each, decoder)));
      return new UnetBenchmarkResult(
          source.toString(),
          batch,
          size,
          threads,
          timings,
          pytorchSeconds,
          text.bytes() + unet.bytes() + vae.bytes(),
          sampler.peak(),
          Machine.of(source));
    }
  }

  private NetworkTiming time(
      String name, Compute compute, Consumer<String> status, Function<Compute, FloatMatrix> run) {
    List<Double> seconds = new ArrayList<>();
    OperationTimes times = new OperationTimes();
    for (int i = 0; i <= runs; i++) {
      status.accept(
          i == 0 ? name + ", first run, not counted" : name + ", run " + i + " of " + runs);
      long start = System.nanoTime();
      compute.release(run.apply(i == 0 ? compute : compute.withTimes(times)));
      if (i > 0) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    compute.workspace().trim();
    Map<String, Double> operations = new LinkedHashMap<>();
    times
        .seconds()
        .forEach(
            (operation, sum) ->
                operations.put(
                    operation.name().toLowerCase(Locale.ROOT).replace('_', ' '), sum / runs));
    return new NetworkTiming(name, seconds, operations);
  }

  private FloatMatrix unet(Compute compute, Unet network) {
    int channels = network.config().inChannels();
    FloatMatrix latents = noise(compute, batch * size * size, channels, 1);
    FloatMatrix context = noise(compute, batch * 77, network.config().crossAttentionDim(), 2);
    FeatureMap map = new FeatureMap(latents, batch, size, size);
    FloatMatrix out = network.forward(compute, map, TIMESTEP, context).values();
    compute.release(latents);
    compute.release(context);
    return out;
  }

  private static FloatMatrix text(Compute compute, ClipTextEncoder encoder) {
    int[] ids = new int[encoder.config().maxPositionEmbeddings()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % encoder.config().vocabSize();
    }
    return encoder.forward(compute, List.of(ids, ids));
  }

  private FloatMatrix vae(Compute compute, VaeDecoder decoder) {
    int channels = decoder.config().latentChannels();
    FloatMatrix latents = noise(compute, size * size, channels, 3);
    FeatureMap map = new FeatureMap(latents, 1, size, size);
    FloatMatrix out = decoder.forward(compute, map).values();
    compute.release(latents);
    return out;
  }

  private static FloatMatrix noise(Compute compute, int rows, int columns, long seed) {
    FloatMatrix matrix = compute.take(rows, columns);
    float[] values = TorchRandom.seeded(seed).normals(rows * columns);
    matrix.put(0, 0, values, 0, values.length);
    return matrix;
  }
}
