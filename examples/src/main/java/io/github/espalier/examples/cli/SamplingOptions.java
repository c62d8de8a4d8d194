package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.generate.Hashes;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.noise.TorchRandom;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.scheduler.PredictionType;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import io.github.espalier.sd2.scheduler.TimestepSpacing;
import io.github.espalier.sd2.tokenizer.BangPolicy;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.TextCleaning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say how images are made. */
@SuppressWarnings("NullAway.Init")
final class SamplingOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "50",
      converter = CountConverter.class,
      description = "Steps of the scheduler (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      defaultValue = "7.5",
      description =
          "Weight of the prompt against the negative prompt; at 1 or below the prompt alone counts,"
              + " in half the time (default: ${DEFAULT-VALUE}).")
  double guidance;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      converter = SchedulerKindConverter.class,
      description =
          "ddim, pndm, euler or dpm-solver++ (default: the checkpoint's; of a single file pndm for"
              + " epsilon, ddim for v-prediction).")
  Optional<SchedulerKind> scheduler = Optional.empty();

  @Option(
      names = "--spacing",
      paramLabel = "NAME",
      description =
          "How timesteps are chosen: leading, linspace or trailing (default: the checkpoint's, or"
              + " else the scheduler's own).")
  Optional<TimestepSpacing> spacing = Optional.empty();

  @Option(
      names = "--prediction",
      paramLabel = "TYPE",
      description =
          "What the U-Net predicts, epsilon or v-prediction (default: what the checkpoint says;"
              + " required for a single file, which does not).")
  Optional<PredictionType> prediction = Optional.empty();

  @Option(
      names = "--eta",
      paramLabel = "E",
      defaultValue = "0",
      description = "Noise that ddim draws anew in each step, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double eta;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = ImageSize.Converter.class,
      description =
          "Width and height in pixels, multiples of 8, or one number for both (default: the"
              + " checkpoint's; required for a single file).")
  Optional<ImageSize> size = Optional.empty();

  @Option(
      names = "--cleaning",
      paramLabel = "NAME",
      defaultValue = "diffusers-fast",
      description =
          "How prompts are cleaned: diffusers-fast, diffusers-slow or openai"
              + " (default: ${DEFAULT-VALUE}).")
  TextCleaning cleaning;

  @Option(
      names = "--bang",
      paramLabel = "NAME",
      defaultValue = "as-pad-token",
      description =
          "What '!' in a prompt means: as-pad-token, as in diffusers, or as-text, as in Stability's"
              + " own code (default: ${DEFAULT-VALUE}).")
  BangPolicy bang;

  /** Checks the options against a checkpoint, and then reads all of it to identify it. */
  RunSettings resolve(Sd2Checkpoint checkpoint, Cancellation cancellation) throws IOException {
    requireWhatASingleFileLacks(checkpoint);
    SchedulerConfig config = scheduler(checkpoint);
    GenerationSettings generation;
    try {
      generation = sized(checkpoint).withScheduler(config);
      config
          .asStableDiffusionPipelineDoes()
          .sampler(generation.steps(), generation.eta(), TorchRandom.seeded(0));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    ClipTokenizer tokenizer = checkpoint.tokenizer().withCleaning(cleaning).withBang(bang);
    String name = checkpoint.source().toAbsolutePath().normalize().getFileName().toString();
    String hash = Hashes.of(checkpoint, cancellation);
    return new RunSettings(name, hash, generation, config, tokenizer);
  }

  private void requireWhatASingleFileLacks(Sd2Checkpoint checkpoint) {
    if (checkpoint.layout() == CheckpointLayout.SINGLE_FILE && prediction.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          checkpoint.source()
              + " is a single file, which does not say what its U-Net predicts; give --prediction"
              + " epsilon (SD 1, and the base models of SD 2) or --prediction v-prediction (SD 2"
              + " and 2.1 of 768 pixels)");
    }
  }

  private SchedulerConfig scheduler(Sd2Checkpoint checkpoint) throws IOException {
    SchedulerConfig config;
    if (checkpoint.layout() == CheckpointLayout.SINGLE_FILE) {
      config = SchedulerConfig.sd2(prediction.orElseThrow());
      config = scheduler.map(config::withKind).orElse(config);
    } else {
      Path file = checkpoint.source().resolve(FolderFiles.SCHEDULER);
      config =
          scheduler.isPresent()
              ? SchedulerConfig.read(file, scheduler.get())
              : SchedulerConfig.read(file);
      config = prediction.map(config::withPredictionType).orElse(config);
    }
    return spacing.map(config::withTimestepSpacing).orElse(config);
  }

  private GenerationSettings sized(Sd2Checkpoint checkpoint) {
    int reduction = checkpoint.config().vae().reduction();
    ImageSize pixels =
        size.orElseGet(
            () -> {
              int own =
                  checkpoint
                      .config()
                      .unet()
                      .sampleSize()
                      .orElseThrow(
                          () ->
                              new IllegalArgumentException(
                                  checkpoint.source()
                                      + " does not say the size of its images; give --size, such"
                                      + " as 512 or 768"));
              return new ImageSize(own * reduction, own * reduction);
            });
    if (pixels.width() % reduction != 0 || pixels.height() % reduction != 0) {
      throw new IllegalArgumentException(
          "size is "
              + pixels.width()
              + "x"
              + pixels.height()
              + ", but both must be multiples of "
              + reduction);
    }
    return GenerationSettings.withDefaults()
        .withSteps(steps)
        .withGuidanceScale(guidance)
        .withEta(eta)
        .withSize(pixels.height(), pixels.width());
  }
}
