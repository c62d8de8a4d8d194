package io.github.espalier.examples.cli;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.sd2.calibration.CalibrationSettings;
import io.github.espalier.sd2.calibration.Captions;
import io.github.espalier.sd2.calibration.InMemoryPruning;
import io.github.espalier.sd2.calibration.StepWeights;
import io.github.espalier.sd2.calibration.TextCalibration;
import io.github.espalier.sd2.calibration.TextStates;
import io.github.espalier.sd2.calibration.UnetCalibration;
import io.github.espalier.sd2.calibration.UnetSettings;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier calibrate}. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a component over captions and stores what its layers were given, for methods and"
          + " allocations that need it: wanda, sparsegpt, owl and others.",
      "",
      "A run that was stopped goes on with the same command. The file serves 'espalier prune"
          + " --calibration FILE' with the same checkpoint.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier calibrate sd2 --component text --out text.statistics.safetensors",
      "  espalier prune sd2 --out pruned --text 50%% --method sparsegpt"
          + " --calibration text.statistics.safetensors",
    })
@SuppressWarnings("NullAway.Init")
final class CalibrateCommand implements Callable<Integer> {
  /** What is calibrated. */
  enum Part {
    TEXT,
    UNET
  }

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "CHECKPOINT", description = "A diffusers folder.")
  Path source;

  @Option(
      names = "--component",
      paramLabel = "NAME",
      required = true,
      description = "text or unet.")
  Part component;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "File to write the statistics to (.safetensors).")
  Path out;

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description =
          "Captions: one a line, or the annotations of COCO (.json) of which each image's first"
              + " counts (default: 128 of Espalier's own).")
  Optional<Path> captions = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "How many captions at most (default: 128).")
  int limit = 128;

  @Option(
      names = "--gather",
      paramLabel = "WHAT",
      defaultValue = "gram",
      description =
          "gram (products of all pairs of inputs, for sparsegpt), or moments (squares only, for"
              + " wanda and owl: much smaller) (default: ${DEFAULT-VALUE}).")
  StatisticsNeed need;

  @Mixin SelectOption select;

  @Option(
      names = "--sequential",
      paramLabel = "METHOD",
      description =
          "Text encoder: prune each block by this method before the next one is calibrated, as the"
              + " paper does. Needs --sparsity, and the same method and sparsity when pruning.")
  Optional<String> sequential = Optional.empty();

  @Option(
      names = "--packages",
      paramLabel = "K",
      converter = CountConverter.class,
      description =
          "U-Net: calibrate the layers in K packages, each while those before it are pruned by"
              + " --package-method; all images are made K times.")
  Optional<Integer> packages = Optional.empty();

  @Option(
      names = "--package-method",
      paramLabel = "METHOD",
      defaultValue = "obs-diff",
      description = "How packages are pruned (default: ${DEFAULT-VALUE}).")
  String packageMethod;

  @Option(
      names = "--sparsity",
      paramLabel = "SPARSITY",
      description = "Share that --sequential or --packages prunes, such as 50%%.")
  Optional<Sparsity> sparsity = Optional.empty();

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      description = "Where their zeros may fall, as in prune (default: the method's own).")
  Optional<String> pattern = Optional.empty();

  @Option(
      names = "--without-padding",
      description = "Text encoder: pad tokens do not count; the default is that they do.")
  boolean withoutPadding;

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
          "U-Net: how often a text's states count: as-they-come, or each text once"
              + " (default: ${DEFAULT-VALUE}).")
  TextStates textStates;

  @Mixin ThreadsOption threads;

  @Mixin VariantOption variant;

  @Mixin OverwriteOption overwrite;

  @Mixin ProgressOptions progressOptions;

  CalibrateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    requireOptionsThatFit();
    Captions texts = captions();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name);
        Compute compute =
            Compute.withThreads(threads.count).withCheck(session.cancellation()::check)) {
      int skipped = calibrate(checkpoint, compute, texts);
      if (!progressOptions.quiet) {
        tell(texts, skipped);
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      spec.commandLine()
          .getErr()
          .println("espalier: cancelled; the same command goes on with what was saved");
      return ExitStatus.CANCELLED;
    } catch (IOException e) {
      throw Failures.at(out, e);
    }
  }

  /** Returns how many selected layers were left out. */
  private int calibrate(Sd2Checkpoint checkpoint, Compute compute, Captions texts)
      throws IOException {
    try (StepDisplay display = progressOptions.startSteps(session, "Calibrating", "captions")) {
      CalibrationProgress progress = new CalibrationProgress(display);
      if (component == Part.TEXT) {
        text(checkpoint).run(compute, texts, out, overwrite.wanted, progress);
      } else {
        unet(checkpoint).run(compute, texts, out, overwrite.wanted, progress);
      }
      return progress.skipped();
    }
  }

  private void tell(Captions texts, int skipped) {
    PrintWriter writer = spec.commandLine().getOut();
    writer.println("Statistics of " + texts.texts().size() + " captions are in " + out + ".");
    if (skipped > 0) {
      writer.println("Left out, since the network never runs them: " + skipped + " layers.");
    }
  }

  private void requireOptionsThatFit() {
    if (sequential.isPresent() && component != Part.TEXT) {
      throw usage("--sequential is for the text encoder; the U-Net has --packages");
    }
    if (packages.isPresent() && component != Part.UNET) {
      throw usage("--packages is for the U-Net; the text encoder has --sequential");
    }
    boolean prunes = sequential.isPresent() || packages.isPresent();
    if (prunes != sparsity.isPresent()) {
      throw usage(
          prunes
              ? "--sequential and --packages need --sparsity"
              : "--sparsity is of no use without --sequential or --packages");
    }
    if (sampledCalls < 0) {
      throw usage("--sampled-calls is " + sampledCalls + ", but must be 0 or more");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Captions captions() throws IOException {
    if (captions.isEmpty()) {
      return Captions.defaults().limitedTo(limit);
    }
    Path file = captions.get();
    boolean coco = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    return coco
        ? Captions.readCoco(file, Captions.CocoChoice.FIRST_OF_EACH_IMAGE, limit)
        : Captions.readLines(file, limit);
  }

  private CalibrationSettings settings() {
    return CalibrationSettings.withDefaults().withNeed(need).withSelection(select.layers);
  }

  private InMemoryPruning pruning(String name) {
    try {
      PruningMethod method = PruningMethods.named(name);
      return InMemoryPruning.of(method, sparsity.orElseThrow())
          .withPattern(pattern.map(SparsityPattern::parse).orElse(method.defaultPattern()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private TextCalibration text(Sd2Checkpoint checkpoint) throws IOException {
    TextCalibration calibration =
        TextCalibration.of(checkpoint).withSettings(settings()).withPadTokens(!withoutPadding);
    return sequential
        .map(name -> calibration.withSequentialPruning(pruning(name)))
        .orElse(calibration);
  }

  private UnetCalibration unet(Sd2Checkpoint checkpoint) throws IOException {
    GenerationSettings generation =
        GenerationSettings.withDefaults().withSteps(steps).withGuidanceScale(guidance);
    if (size.isPresent()) {
      generation = generation.withSize(size.get().height(), size.get().width());
    }
    StepWeights weights =
        stepWeights == StepWeights.Course.UNIFORM
            ? StepWeights.UNIFORM
            : StepWeights.of(stepWeights);
    UnetCalibration calibration =
        UnetCalibration.of(checkpoint)
            .withSettings(settings())
            .withSampling(
                UnetSettings.withDefaults()
                    .withGeneration(generation)
                    .withSampledCalls(sampledCalls)
                    .withWeights(weights)
                    .withTextStates(textStates));
    return packages
        .map(count -> calibration.withPackages(count, pruning(packageMethod)))
        .orElse(calibration);
  }
}
