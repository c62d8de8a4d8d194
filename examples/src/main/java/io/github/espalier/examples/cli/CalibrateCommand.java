package io.github.espalier.examples.cli;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.UniformAllocation;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.sd2.calibration.CalibrationSettings;
import io.github.espalier.sd2.calibration.Captions;
import io.github.espalier.sd2.calibration.InMemoryPruning;
import io.github.espalier.sd2.calibration.TextCalibration;
import io.github.espalier.sd2.calibration.UnetCalibration;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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

  /** Options of {@link MethodOptions} and {@link AllocationOptions}. */
  private static final List<String> PRUNING_OPTIONS =
      List.of(
          "--option",
          "--rule",
          "--pattern",
          "--conv-layout",
          "--skip-incomplete",
          "--allocation",
          "--allocation-option",
          "--allocation-calibration");

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
          "gram (products of all pairs of inputs, for sparsegpt and obs-diff), or moments (squares"
              + " only, for wanda, ria and owl: much smaller, but without output errors in the report of prune)"
              + " (default: ${DEFAULT-VALUE}).")
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
      description =
          "Share that --sequential or --packages prunes, such as 50%%, by the options that follow; give"
              + " prune the same ones.")
  Optional<Sparsity> sparsity = Optional.empty();

  @Mixin MethodOptions methodOptions;

  @Mixin AllocationOptions allocation;

  @Option(
      names = "--without-padding",
      description = "Text encoder: pad tokens do not count; the default is that they do.")
  boolean withoutPadding;

  @Mixin UnetSamplingOptions sampling;

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
    RunCost cost = RunCost.start();
    Captions texts = captions();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name);
        Compute compute =
            Compute.withThreads(threads.count).withCheck(session.cancellation()::check)) {
      int skipped = calibrate(checkpoint, compute, texts);
      if (!progressOptions.quiet) {
        tell(texts, skipped, cost);
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      return ExitStatus.cancelledToGoOn(spec.commandLine());
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

  private void tell(Captions texts, int skipped, RunCost cost) {
    PrintWriter writer = spec.commandLine().getOut();
    writer.println("Statistics of " + texts.texts().size() + " captions are in " + out + ".");
    if (skipped > 0) {
      writer.println("Left out, since the network never runs them: " + skipped + " layers.");
    }
    writer.println(cost.sentence());
  }

  private void requireOptionsThatFit() {
    if (component == Part.TEXT) {
      requireUnused("for the U-Net, not for the text encoder", UnetSamplingOptions.NAMES);
    } else {
      requireUnused("for the text encoder, not for the U-Net", List.of("--without-padding"));
    }
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
    if (!prunes) {
      requireUnused("of no use without --sequential or --packages", PRUNING_OPTIONS);
    }
    if (packages.isEmpty()) {
      requireUnused("of no use without --packages", List.of("--package-method"));
    }
    sampling.requireInRange();
  }

  /** Refuses what would be passed over in silence. */
  private void requireUnused(String reason, List<String> names) {
    for (String name : names) {
      if (spec.commandLine().getParseResult().hasMatchedOption(name)) {
        throw usage(name + " is " + reason);
      }
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

  /** How layers are pruned on the way; the options other than the sparsity are those of prune. */
  private InMemoryPruning pruning(Sd2Checkpoint checkpoint, String name) throws IOException {
    try (CalibrationFiles files = allocation.openCalibration(checkpoint)) {
      PruningMethod method = methodOptions.method(name);
      InMemoryPruning pruning =
          InMemoryPruning.of(method, sparsity.orElseThrow())
              .withPattern(methodOptions.pattern(method));
      SparsityAllocation shares = allocation.parsed(files);
      if (shares.needs() != StatisticsNeed.NONE) {
        throw new IllegalArgumentException(
            "allocation "
                + shares.name()
                + " needs statistics of the dense model; give --allocation-calibration");
      }
      return shares instanceof UniformAllocation
          ? pruning
          : pruning.withAllocation(shares, checkpoint, selected(checkpoint));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), Spelling.ofRules(String.valueOf(e.getMessage())), e);
    }
  }

  private List<Layer> selected(Sd2Checkpoint checkpoint) {
    Component calibrated = component == Part.TEXT ? Sd2Checkpoint.TEXT_ENCODER : Sd2Checkpoint.UNET;
    return select.layers.selectFrom(
        checkpoint.layers().stream()
            .filter(layer -> layer.component().equals(calibrated))
            .toList());
  }

  private TextCalibration text(Sd2Checkpoint checkpoint) throws IOException {
    TextCalibration calibration =
        TextCalibration.of(checkpoint).withSettings(settings()).withPadTokens(!withoutPadding);
    return sequential.isPresent()
        ? calibration.withSequentialPruning(pruning(checkpoint, sequential.get()))
        : calibration;
  }

  private UnetCalibration unet(Sd2Checkpoint checkpoint) throws IOException {
    UnetCalibration calibration =
        UnetCalibration.of(checkpoint)
            .withSettings(settings())
            .withSampling(sampling.settings(checkpoint));
    return packages.isPresent()
        ? calibration.withPackages(packages.get(), pruning(checkpoint, packageMethod))
        : calibration;
  }
}
