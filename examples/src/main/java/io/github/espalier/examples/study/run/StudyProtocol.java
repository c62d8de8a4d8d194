package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.generate.Hashes;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.Sampling;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.calibration.Captions;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan applied to a checkpoint: the images that every configuration gets, and how they are made.
 *
 * @param plan the plan
 * @param requests captions and seeds, in order
 * @param calibrationCaptions what the model is calibrated with
 * @param dense how images of the dense model are made
 */
record StudyProtocol(
    StudyPlan plan, List<ImageRequest> requests, Captions calibrationCaptions, RunSettings dense) {

  /** Reads the captions, and all of the checkpoint to identify it. */
  static StudyProtocol of(Sd2Checkpoint checkpoint, StudyPlan plan, Cancellation cancellation)
      throws IOException {
    return of(checkpoint, plan, Hashes.of(checkpoint, cancellation));
  }

  /** Reads the captions of a plan for a checkpoint that is identified already, or need not be. */
  static StudyProtocol of(Sd2Checkpoint checkpoint, StudyPlan plan, String checkpointHash)
      throws IOException {
    SchedulerConfig scheduler = scheduler(checkpoint, plan.sampling());
    GenerationSettings generation = generation(checkpoint, plan.sampling(), scheduler);
    ClipTokenizer tokenizer = checkpoint.tokenizer();
    String name = checkpoint.source().toAbsolutePath().normalize().getFileName().toString();
    return new StudyProtocol(
        plan,
        requests(plan),
        CaptionSource.read(plan.calibration().captions(), plan.calibration().limit()),
        new RunSettings(name, checkpointHash, generation, scheduler, tokenizer));
  }

  private static SchedulerConfig scheduler(Sd2Checkpoint checkpoint, Sampling sampling)
      throws IOException {
    SchedulerConfig own = checkpoint.scheduler();
    return sampling.scheduler().isPresent()
        ? SchedulerConfig.read(
            checkpoint.source().resolve(FolderFiles.SCHEDULER), sampling.scheduler().get())
        : own;
  }

  private static GenerationSettings generation(
      Sd2Checkpoint checkpoint, Sampling sampling, SchedulerConfig scheduler) {
    int reduction = checkpoint.config().vae().reduction();
    int own =
        checkpoint.config().unet().sampleSize().isPresent()
            ? checkpoint.config().unet().sampleSize().getAsInt() * reduction
            : 0;
    int width = sampling.width().orElse(own);
    int height = sampling.height().orElse(own);
    if (width < 1 || width % reduction != 0 || height % reduction != 0) {
      throw new IllegalArgumentException(
          "images are of "
              + width
              + "x"
              + height
              + " pixels, but both sides must be multiples of "
              + reduction);
    }
    return GenerationSettings.withDefaults()
        .withSteps(sampling.steps())
        .withGuidanceScale(sampling.guidance())
        .withSize(height, width)
        .withScheduler(scheduler);
  }

  private static List<ImageRequest> requests(StudyPlan plan) throws IOException {
    List<String> captions = CaptionSource.read(plan.captions(), plan.images()).texts();
    List<ImageRequest> requests = new ArrayList<>();
    for (int i = 0; i < plan.images(); i++) {
      requests.add(ImageRequest.of(captions.get(i % captions.size()), plan.firstSeed() + i));
    }
    return requests;
  }

  /** All that results depend on but the scores' models. */
  ObjectNode identity() {
    ObjectNode node = StudyJson.MAPPER.createObjectNode();
    node.put("study", 1).put("espalier", EspalierVersion.current());
    node.set("plan", StudyJson.parse(plan.toJsonWithoutFiles()));
    node.putObject("checkpoint")
        .put("name", dense.checkpoint())
        .put("sha256", dense.checkpointHash());
    node.putObject("images")
        .put("width", dense.generation().width().orElseThrow())
        .put("height", dense.generation().height().orElseThrow())
        .put("unetCalls", callsPerImage())
        .put("scheduler", dense.scheduler().kind().className())
        .put("captionsSha256", hash(requests.stream().map(ImageRequest::prompt).toList()));
    node.put("calibrationCaptionsSha256", hash(calibrationCaptions.texts()));
    return node;
  }

  private static String hash(List<String> texts) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      hasher.putInt(bytes.length).putBytes(bytes);
    }
    return hasher.hash().toString();
  }

  int callsPerImage() {
    return dense
        .scheduler()
        .asStableDiffusionPipelineDoes()
        .sampler(dense.generation().steps())
        .calls();
  }

  /** How images of a configuration are made: as those of the dense model, but by another one. */
  RunSettings settings(Configuration configuration) {
    if (configuration.isDense()) {
      return dense;
    }
    String hash =
        Hashing.sha256()
            .hashString(
                dense.checkpointHash()
                    + "\n"
                    + configuration.id()
                    + "\n"
                    + StudyJson.line(identity().without("plan"))
                    + plan.calibration().steps()
                    + " "
                    + plan.calibration().outputErrors(),
                StandardCharsets.UTF_8)
            .toString();
    return new RunSettings(
        dense.checkpoint() + ", " + configuration.label(),
        hash,
        dense.generation(),
        dense.scheduler(),
        dense.tokenizer());
  }
}
