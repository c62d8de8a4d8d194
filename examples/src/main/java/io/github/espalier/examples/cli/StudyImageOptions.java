package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.Sampling;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say which images are made with each pruned model. */
final class StudyImageOptions {
  @Option(
      names = "--images",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Images of each pruned model.")
  Optional<Integer> images = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = SeedConverter.class,
      description = "Seed of the first image; each has the next one.")
  Optional<Long> seed = Optional.empty();

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description =
          "Captions of images: one a line, COCO's .json, of which each image's first counts, or"
              + " .jsonl with a prompt in each line (default: Espalier's own).")
  Optional<Path> captions = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Steps of the scheduler.")
  Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Weight of the prompt against the empty prompt.")
  Optional<Double> guidance = Optional.empty();

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      converter = SchedulerKindConverter.class,
      description = "ddim, pndm, euler or dpm-solver++ (default: the checkpoint's).")
  Optional<SchedulerKind> scheduler = Optional.empty();

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = ImageSize.Converter.class,
      description = "Width and height in pixels (default: the checkpoint's).")
  Optional<ImageSize> size = Optional.empty();

  /**
   * Changes what options say.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  StudyPlan changed(StudyPlan planned) {
    StudyPlan plan = planned;
    plan = captions.isPresent() ? plan.withCaptions(captions.get()) : plan;
    plan = images.isPresent() ? plan.withImages(images.get()) : plan;
    plan = seed.isPresent() ? plan.withFirstSeed(seed.get()) : plan;
    return plan.withSampling(sampling(plan.sampling()));
  }

  private Sampling sampling(Sampling planned) {
    Sampling changed = steps.map(planned::withSteps).orElse(planned);
    changed = guidance.map(changed::withGuidance).orElse(changed);
    changed = scheduler.map(changed::withScheduler).orElse(changed);
    return size.isPresent() ? changed.withSize(size.get().width(), size.get().height()) : changed;
  }
}
