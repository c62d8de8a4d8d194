package io.github.espalier.examples.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.fid.ExpectedComparison;
import io.github.espalier.metrics.fid.ExpectedFeatures;
import io.github.espalier.metrics.fid.FeatureCache;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.npz.MomentsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier fid}. */
@Command(
    name = "fid",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes the Fréchet distance of two sets of images, called FID only if it is.",
      "",
      "Each of REAL and GENERATED is a folder of images, a file of 'espalier features', or"
          + " statistics of pytorch-fid (.npz), which do not say what made them.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier fid photographs images --inception inception.safetensors --features work",
      "  espalier fid photographs.safetensors images.safetensors --precision-recall --json",
    })
@SuppressWarnings("NullAway.Init")
final class FidCommand implements Callable<Integer> {
  private static final String FEATURES_ENDING = ".features.safetensors";
  private static final String JOURNAL_ENDING = FEATURES_ENDING + ".partial";

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "REAL", index = "0", description = "What the other set is held against.")
  Path real;

  @Parameters(paramLabel = "GENERATED", index = "1", description = "The set in question.")
  Path generated;

  @Mixin ExtractionOptions options;

  @Option(
      names = "--features",
      paramLabel = "DIR",
      description =
          "Keep features of folders here, to go on with a run that was stopped and to use them"
              + " again (default: they are not kept).")
  Optional<Path> kept = Optional.empty();

  @Option(
      names = "--real-list",
      paramLabel = "FILE",
      description =
          "Of the folder REAL, take only the images whose names are in this text, one a line.")
  Optional<Path> realList = Optional.empty();

  @Option(
      names = "--generated-list",
      paramLabel = "FILE",
      description = "The same for the folder GENERATED.")
  Optional<Path> generatedList = Optional.empty();

  @Mixin ComplementOptions complements;

  @Option(
      names = "--save-real-stats",
      paramLabel = "FILE.npz",
      description = "Write mean and covariance of REAL as pytorch-fid does.")
  Optional<Path> realStats = Optional.empty();

  @Option(
      names = "--save-generated-stats",
      paramLabel = "FILE.npz",
      description = "The same of GENERATED.")
  Optional<Path> generatedStats = Optional.empty();

  @Mixin ThreadsOption threads;

  @Mixin OverwriteOption overwrite;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  FidCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    requireStatsCreatable();
    requireFolder(real, realList, "--real-list");
    requireFolder(generated, generatedList, "--generated-list");
    if (!Files.isDirectory(real) && !Files.isDirectory(generated)) {
      return compare(() -> checked(file(real), file(generated)));
    }
    if (kept.isPresent()) {
      FeatureCache cache = new FeatureCache(kept.get());
      return compare(() -> sides(cache));
    }
    Path temporary = Files.createTempDirectory("espalier-features");
    boolean worthKeeping = true;
    try {
      int status = compare(() -> sides(new FeatureCache(temporary)));
      worthKeeping = status != ExitStatus.OK;
      return status;
    } finally {
      if (!(worthKeeping && tellOfFeatures(temporary))) {
        MoreFiles.deleteRecursively(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }

  /** After a failure or a cancellation, what took hours is not thrown away. */
  private boolean tellOfFeatures(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      if (files.map(Path::toString).noneMatch(FidCommand::hasFeatures)) {
        return false;
      }
    }
    spec.commandLine()
        .getErr()
        .println(
            "espalier: features are left in "
                + temporary
                + "; the same command with --features "
                + temporary
                + " uses them");
    return true;
  }

  private static boolean hasFeatures(String file) {
    return file.endsWith(FEATURES_ENDING) || file.endsWith(JOURNAL_ENDING);
  }

  private void requireStatsCreatable() throws IOException {
    if (realStats.isPresent()) {
      new SideOutput("--save-real-stats", realStats.get()).requireCreatable(overwrite.wanted);
    }
    if (generatedStats.isPresent()) {
      SideOutput output = new SideOutput("--save-generated-stats", generatedStats.get());
      output.requireCreatable(overwrite.wanted);
      if (realStats.isPresent()) {
        output.requireApart(realStats.get(), "the file of --save-real-stats");
      }
    }
  }

  private static void requireFolder(Path side, Optional<Path> list, String option) {
    if (list.isPresent() && !Files.isDirectory(side)) {
      throw new IllegalArgumentException(
          option + " lists images of a folder, but " + side + " is none");
    }
  }

  /** Reads or computes both sides. */
  @FunctionalInterface
  private interface Source {
    List<FeatureDistribution> read() throws IOException;
  }

  private int compare(Source source) throws IOException {
    try {
      List<FeatureDistribution> sides = source.read();
      FidReport report = report(sides.get(0), sides.get(1));
      if (progressOptions.tells(json)) {
        spec.commandLine().getOut().println(json.wanted ? report.json() : report.text());
      }
      if (realStats.isPresent()) {
        MomentsFile.write(realStats.get(), sides.get(0).moments(), overwrite.wanted);
      }
      if (generatedStats.isPresent()) {
        MomentsFile.write(generatedStats.get(), sides.get(1).moments(), overwrite.wanted);
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      spec.commandLine()
          .getErr()
          .println(
              "espalier: cancelled"
                  + (kept.isPresent() ? "; the same command goes on with what was saved" : ""));
      return ExitStatus.CANCELLED;
    }
  }

  private List<FeatureDistribution> sides(FeatureCache cache) throws IOException {
    try (FolderFeatures network =
        FolderFeatures.open(options, threads.count, session.cancellation())) {
      return checked(
          side(real, realList, cache, network), side(generated, generatedList, cache, network));
    }
  }

  /** What cannot be had is refused before features are computed. */
  private List<FeatureDistribution> checked(FidSide first, FidSide second) throws IOException {
    complements.require(new ExpectedComparison(first.expected(), second.expected()));
    FeatureDistribution ofReal = first.features().get();
    return List.of(ofReal, second.features().get());
  }

  private FidSide file(Path source) throws IOException {
    FeatureDistribution features = FeatureDistribution.read(source);
    return FidSide.of(options.skipUnreadable.wanted ? features : features.requireNoneSkipped());
  }

  private FidSide side(Path source, Optional<Path> list, FeatureCache cache, FolderFeatures network)
      throws IOException {
    if (!Files.isDirectory(source)) {
      return file(source);
    }
    ImageFolder images = network.list(source, list);
    FeatureExtraction extraction = network.extraction();
    return new FidSide(
        ExpectedFeatures.of(images, extraction), () -> features(images, extraction, cache));
  }

  private FeatureDistribution features(
      ImageFolder images, FeatureExtraction extraction, FeatureCache cache) throws IOException {
    try (StepDisplay display =
        progressOptions.startSteps(session, "Extracting " + images.root(), "images")) {
      return cache.features(
          extraction, images, new ExtractionProgress(display), session.cancellation());
    } catch (IOException e) {
      throw Failures.at(cache.file(extraction, images), e);
    }
  }

  private FidReport report(FeatureDistribution first, FeatureDistribution second)
      throws IOException {
    return new FidReport(
        first,
        second,
        FeatureComparison.of(first, second).frechet(),
        complements.compute(first, second));
  }
}
