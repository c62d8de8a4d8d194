package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.Sampling;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say what a study does. */
@SuppressWarnings("NullAway.Init")
final class StudyPlanOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      required = true,
      description =
          "paper (its experiments, 10,000 images each), beyond (newer methods, and convolutions),"
              + " demo (a few points of each, for small models), or a file (.json).")
  String plan;

  @Option(
      names = "--images",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Images of each pruned model (default: the plan's).")
  Optional<Integer> images = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = SeedConverter.class,
      description = "Seed of the first image; each has the next one (default: the plan's).")
  Optional<Long> seed = Optional.empty();

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description =
          "Captions of images: one a line, COCO's .json, of which each image's first counts, or"
              + " .jsonl with a prompt in each line (default: the plan's, or else Espalier's own).")
  Optional<Path> captions = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Steps of the scheduler (default: the plan's).")
  Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--guidance",
      paramLabel = "G",
      description = "Weight of the prompt against the empty prompt (default: the plan's).")
  Optional<Double> guidance = Optional.empty();

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      converter = SchedulerKindConverter.class,
      description = "ddim, pndm, euler or dpm-solver++ (default: the plan's, or the checkpoint's).")
  Optional<SchedulerKind> scheduler = Optional.empty();

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = ImageSize.Converter.class,
      description = "Width and height in pixels (default: the plan's, or the checkpoint's).")
  Optional<ImageSize> size = Optional.empty();

  @Option(
      names = "--judge",
      paramLabel = "MODEL",
      description = "CLIP model for CLIPScore, as for 'espalier clipscore' (default: the plan's).")
  Optional<Path> judge = Optional.empty();

  @Option(
      names = "--distance",
      paramLabel = "KIND",
      description =
          "Fréchet distance from the references: fid, judge (of the judge's embeddings, which is"
              + " not FID) or none (default: the plan's).")
  Optional<WantedScores.Distance> distance = Optional.empty();

  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description = "Weights of the FID network (.safetensors), for --distance fid.")
  Optional<Path> inception = Optional.empty();

  @Option(
      names = "--references",
      paramLabel = "PATH",
      description =
          "What images are compared with: a folder of real images, a file of 'espalier features',"
              + " or statistics (.npz).")
  Optional<Path> references = Optional.empty();

  /** Reads the plan and changes what options say. */
  StudyPlan plan() throws IOException {
    StudyPlan read = read();
    try {
      read = captions.isPresent() ? read.withCaptions(captions.get()) : read;
      read = images.isPresent() ? read.withImages(images.get()) : read;
      read = seed.isPresent() ? read.withFirstSeed(seed.get()) : read;
      return read.withSampling(sampling(read.sampling())).withScores(scores(read.scores()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private StudyPlan read() throws IOException {
    if (StudyPlan.builtInNames().contains(plan)) {
      return StudyPlan.builtIn(plan);
    }
    if (!Files.exists(Path.of(plan))) {
      throw new ParameterException(
          spec.commandLine(),
          "--plan "
              + plan
              + " is neither a file nor one of "
              + String.join(", ", StudyPlan.builtInNames()));
    }
    return StudyPlan.read(Path.of(plan));
  }

  private Sampling sampling(Sampling planned) {
    Sampling changed = steps.map(planned::withSteps).orElse(planned);
    changed = guidance.map(changed::withGuidance).orElse(changed);
    changed = scheduler.map(changed::withScheduler).orElse(changed);
    return size.isPresent() ? changed.withSize(size.get().width(), size.get().height()) : changed;
  }

  private WantedScores scores(WantedScores planned) {
    WantedScores changed = judge.map(planned::withJudge).orElse(planned);
    changed = distance.map(changed::withDistance).orElse(changed);
    changed = inception.map(changed::withInception).orElse(changed);
    return references.map(changed::withReferences).orElse(changed);
  }
}
