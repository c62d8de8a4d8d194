package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.noise.TorchRandom;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.unet.Unet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a study costs, before it is run.
 *
 * @param configurations how many models are pruned, the dense one included
 * @param images of all of them
 * @param width of an image, in pixels
 * @param height of an image
 * @param unetCalls evaluations of the U-Net for all images
 * @param calibrationCalls evaluations of the U-Net to calibrate it
 * @param sequentialCalibrations calibrations of the text encoder that are of one configuration each
 * @param secondsPerCall of the U-Net, measured on this machine; with guidance for two samples
 * @param hours for all calls, which is nearly all of the time of a large model
 * @param diskBytes at most, if images do not compress: those of a configuration at work, those that
 *     are kept, and statistics of calibrations, as if no two layers shared an input
 */
@JsonPropertyOrder({
  "configurations",
  "images",
  "width",
  "height",
  "unetCalls",
  "calibrationCalls",
  "sequentialCalibrations",
  "secondsPerCall",
  "hours",
  "diskBytes",
})
public record StudyEstimate(
    int configurations,
    long images,
    int width,
    int height,
    long unetCalls,
    long calibrationCalls,
    int sequentialCalibrations,
    double secondsPerCall,
    double hours,
    long diskBytes) {
  /** Networks of fewer parameters keep one thread busy, but not several. */
  private static final long SMALL = 20_000_000;

  private static final double TIMESTEP = 500;
  private static final double SECONDS_PER_HOUR = 3600;
  private static final int CHANNELS = 3;
  private static final int OVERHEAD = 4096;
  private static final int TIMED_CALLS = 2;

  /**
   * Works out what a study costs. Reads the U-Net, and evaluates it three times.
   *
   * @param checkpoint a checkpoint in the diffusers layout
   * @param plan what is to be done
   * @param options how
   * @param cancellation stops the measurement
   * @return the costs
   * @throws IllegalArgumentException if the plan does not fit the checkpoint
   * @throws IOException if a file cannot be read
   */
  public static StudyEstimate of(
      Sd2Checkpoint checkpoint, StudyPlan plan, StudyOptions options, Cancellation cancellation)
      throws IOException {
    StudyProtocol protocol = StudyProtocol.of(checkpoint, plan, "");
    List<Configuration> all = plan.configurations();
    GenerationSettings generation = protocol.dense().generation();
    int width = generation.width().orElseThrow();
    int height = generation.height().orElseThrow();
    long images = (long) all.size() * plan.images();
    long calls = images * protocol.callsPerImage();
    long calibration = calibrationCalls(plan, all, protocol);
    int batch = batch(checkpoint, options);
    double each = secondsPerCall(checkpoint, protocol, options.threads() / batch, cancellation);
    long imageBytes = (long) width * height * CHANNELS + OVERHEAD;
    long kept = (long) (all.size() - 1) * Math.min(options.keepImages(), plan.images());
    return new StudyEstimate(
        all.size(),
        images,
        width,
        height,
        calls,
        calibration,
        (int)
            all.stream()
                .flatMap(c -> c.text().stream())
                .filter(p -> p.recipe().sequential())
                .count(),
        each / batch,
        (calls * each / batch + calibration * each) / SECONDS_PER_HOUR,
        (plan.images() + kept) * imageBytes + calibrationBytes(checkpoint, plan, all));
  }

  /** Products of all pairs of inputs in binary32; without them statistics are small. */
  private static long calibrationBytes(
      Sd2Checkpoint checkpoint, StudyPlan plan, List<Configuration> all) {
    Set<String> counted = new TreeSet<>();
    long bytes = 0;
    for (Configuration configuration : all) {
      for (StudyPart part : StudyPart.values()) {
        Optional<Recipe> recipe = configuration.part(part).map(PrunedPart::recipe);
        boolean products =
            recipe.isPresent()
                && (plan.calibration().outputErrors()
                    || recipe.get().need() == StatisticsNeed.GRAM);
        // A configuration's own calibration is deleted before the next one, so it counts once.
        if (products
            && counted.add(
                part
                    + " "
                    + recipe.get().selectionText()
                    + " "
                    + recipe.get().calibratesOnItsOwn())) {
          bytes += bytesOfProducts(checkpoint, part, recipe.get());
        }
      }
    }
    return bytes;
  }

  private static long bytesOfProducts(Sd2Checkpoint checkpoint, StudyPart part, Recipe recipe) {
    return recipe
        .selection()
        .selectFrom(
            checkpoint.layers().stream()
                .filter(layer -> layer.component().equals(part.component()))
                .toList())
        .stream()
        .mapToLong(layer -> layer.columns() * layer.columns() * Float.BYTES)
        .sum();
  }

  /** How many images are made at the same time. */
  static int batch(Sd2Checkpoint checkpoint, StudyOptions options) {
    if (options.batch() > 0) {
      return Math.min(options.batch(), options.threads());
    }
    long parameters =
        checkpoint.layers().stream()
            .filter(layer -> layer.component().equals(Sd2Checkpoint.UNET))
            .mapToLong(Layer::parameters)
            .sum();
    return parameters < SMALL ? options.threads() : 1;
  }

  /**
   * One calibration for each selection of layers whose inputs some recipe needs to know of the
   * dense model, and one for each package of a configuration that is calibrated in packages.
   */
  private static long calibrationCalls(
      StudyPlan plan, List<Configuration> all, StudyProtocol protocol) {
    Set<String> selections = new TreeSet<>();
    long packages = 0;
    for (Configuration configuration : all) {
      if (configuration.unet().isPresent()) {
        Recipe recipe = configuration.unet().get().recipe();
        if (Calibrations.needOfDense(plan, recipe) != StatisticsNeed.NONE) {
          selections.add(recipe.selectionText());
        }
        packages += recipe.packages().orElse(0);
      }
    }
    int calls =
        protocol
            .dense()
            .scheduler()
            .asStableDiffusionPipelineDoes()
            .sampler(plan.calibration().steps())
            .calls();
    return (selections.size() + packages) * protocol.calibrationCaptions().texts().size() * calls;
  }

  private static double secondsPerCall(
      Sd2Checkpoint checkpoint, StudyProtocol protocol, int threads, Cancellation cancellation)
      throws IOException {
    int samples = protocol.dense().generation().guidanceScale() > 1 ? 2 : 1;
    int reduction = checkpoint.config().vae().reduction();
    int height = protocol.dense().generation().height().orElseThrow() / reduction;
    int width = protocol.dense().generation().width().orElseThrow() / reduction;
    int tokens = protocol.dense().tokenizer().maxLength();
    try (Parameters parameters = new Parameters(checkpoint, Sd2Checkpoint.UNET);
        Compute compute =
            Compute.withThreads(Math.max(1, threads)).withCheck(cancellation::check)) {
      Unet unet = Unet.load(checkpoint.config().unet(), parameters);
      FloatMatrix latents =
          noise(compute, samples * height * width, checkpoint.config().unet().inChannels(), 1);
      FloatMatrix context =
          noise(compute, samples * tokens, checkpoint.config().unet().crossAttentionDim(), 2);
      FeatureMap map = new FeatureMap(latents, samples, height, width);
      compute.release(unet.forward(compute, map, TIMESTEP, context).values());
      long start = System.nanoTime();
      for (int i = 0; i < TIMED_CALLS; i++) {
        compute.release(unet.forward(compute, map, TIMESTEP, context).values());
      }
      return (System.nanoTime() - start) / 1e9 / TIMED_CALLS;
    }
  }

  private static FloatMatrix noise(Compute compute, int rows, int columns, long seed) {
    FloatMatrix matrix = compute.take(rows, columns);
    float[] values = TorchRandom.seeded(seed).normals(rows * columns);
    matrix.put(0, 0, values, 0, values.length);
    return matrix;
  }
}
