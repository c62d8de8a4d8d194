package io.github.espalier.examples.cli;

import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.calibration.StepWeights;
import io.github.espalier.sd2.calibration.TextStates;
import io.github.espalier.sd2.calibration.UnetSettings;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say how images are made to calibrate a U-Net. */
@SuppressWarnings("NullAway.Init")
final class UnetSamplingOptions {
  /** The names of the options below. */
  static final List<String> NAMES =
      List.of(
          "--steps",
          "--guidance",
          "--size",
          "--sampled-calls",
          "--step-weights",
          "--text-states",
          "--scheduler",
          "--seed",
          "--negative-prompt");

  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "25",
      converter = CountConverter.class,
      description = "U-Net: steps of each image (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      defaultValue = "7",
      description = "U-Net: guidance of each image (default: ${DEFAULT-VALUE}).")
  double guidance;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = ImageSize.Converter.class,
      description = "U-Net: size of the images (default: the checkpoint's).")
  Optional<ImageSize> size = Optional.empty();

  @Option(
      names = "--sampled-calls",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "U-Net: gather at so many evaluations of each image, 0 for all (default:"
              + " ${DEFAULT-VALUE}).")
  int sampledCalls;

  @Option(
      names = "--step-weights",
      paramLabel = "COURSE",
      defaultValue = "log-down",
      description =
          "U-Net: what an evaluation weighs: uniform, linear-down, linear-up, log-down or log-up,"
              + " the latter four between 0.8 and 1.2 (default: ${DEFAULT-VALUE}).")
  StepWeights.Course stepWeights;

  @Option(
      names = "--text-states",
      paramLabel = "HOW",
      defaultValue = "as-they-come",
      description =
          "U-Net: how often a text's states count: as-they-come, negative-prompt-once (that of the"
              + " first step of the first image alone) or each-text-once (default: ${DEFAULT-VALUE}).")
  TextStates textStates;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      converter = SchedulerKindConverter.class,
      description = "U-Net: ddim, pndm, euler or dpm-solver++ (default: the checkpoint's).")
  Optional<SchedulerKind> scheduler = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      converter = SeedConverter.class,
      description =
          "U-Net: seed of the first caption's noise; each caption has the next one"
              + " (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "U-Net: what the images should not show (default: nothing in particular).")
  String negativePrompt;

  /** Checks what can be checked before any file is opened. */
  void requireInRange() {
    if (sampledCalls < 0) {
      throw new ParameterException(
          spec.commandLine(), "--sampled-calls is " + sampledCalls + ", but must be 0 or more");
    }
  }

  UnetSettings settings(Sd2Checkpoint checkpoint) throws IOException {
    GenerationSettings generation =
        GenerationSettings.withDefaults().withSteps(steps).withGuidanceScale(guidance);
    if (size.isPresent()) {
      generation = generation.withSize(size.get().height(), size.get().width());
    }
    if (scheduler.isPresent()) {
      Path file = checkpoint.source().resolve(FolderFiles.SCHEDULER);
      generation = generation.withScheduler(SchedulerConfig.read(file, scheduler.get()));
    }
    return UnetSettings.withDefaults()
        .withGeneration(generation)
        .withSampledCalls(sampledCalls)
        .withWeights(
            stepWeights == StepWeights.Course.UNIFORM
                ? StepWeights.UNIFORM
                : StepWeights.of(stepWeights))
        .withTextStates(textStates)
        .withSeed(seed)
        .withNegativePrompt(negativePrompt);
  }
}
