package io.github.espalier.examples.cli;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.metrics.clip.ClipFeatureNetwork;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.fid.FrechetInceptionDistance;
import io.github.espalier.metrics.frechet.InfinityExtrapolation;
import io.github.espalier.metrics.kernel.KernelInceptionDistance;
import io.github.espalier.metrics.manifold.PrecisionRecall;
import io.github.espalier.metrics.npz.MomentsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
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
      "Computes the Frechet distance of two sets of images, called FID only if it is.",
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
  /** Of the default subsets of the kernel distance. */
  private static final int SUBSET = 1000;

  private static final int SHORT_HASH = 8;

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
      names = "--infinity",
      description = "Extrapolate to infinitely many generated images too.")
  boolean infinity;

  @Option(
      names = "--infinity-from",
      paramLabel = "N",
      defaultValue = "5000",
      converter = CountConverter.class,
      description = "Images of the smallest subset for that (default: ${DEFAULT-VALUE}).")
  int infinityFrom;

  @Option(
      names = "--kid",
      description =
          "The kernel distance too: of 100 subsets of 1000, or of the whole sets if one is"
              + " smaller.")
  boolean kid;

  @Option(names = "--precision-recall", description = "Improved precision and recall too.")
  boolean precisionRecall;

  @Option(
      names = "--cmmd",
      description =
          "The discrepancy of CLIP's embeddings too, with --clip or files of such features. It is"
              + " CMMD with ViT-L/14 at 336 pixels and --clip-framing cmmd.")
  boolean cmmd;

  @Option(
      names = "--save-stats",
      paramLabel = "OUT.npz",
      description = "Write mean and covariance of REAL as pytorch-fid does.")
  Optional<Path> saveStats = Optional.empty();

  @Mixin ThreadsOption threads;

  @Mixin OverwriteOption overwrite;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  FidCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (kept.isPresent() || !(Files.isDirectory(real) || Files.isDirectory(generated))) {
      return compare(kept.orElse(Path.of("")));
    }
    Path temporary = Files.createTempDirectory("espalier-features");
    try {
      return compare(temporary);
    } finally {
      MoreFiles.deleteRecursively(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private int compare(Path features) throws IOException {
    try {
      List<FeatureDistribution> sides = sides(features);
      FidReport report = report(sides.get(0), sides.get(1));
      if (!progressOptions.quiet) {
        spec.commandLine().getOut().println(json.wanted ? report.json() : report.text());
      }
      if (saveStats.isPresent()) {
        MomentsFile.write(saveStats.get(), sides.get(0).moments(), overwrite.wanted);
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

  private List<FeatureDistribution> sides(Path features) throws IOException {
    List<FeatureDistribution> sides = new ArrayList<>();
    if (Files.isDirectory(real) || Files.isDirectory(generated)) {
      try (FolderFeatures network =
          FolderFeatures.open(options, threads.count, session.cancellation())) {
        sides.add(side(real, features, network));
        sides.add(side(generated, features, network));
      }
    } else {
      sides.add(FeatureDistribution.read(real));
      sides.add(FeatureDistribution.read(generated));
    }
    return sides;
  }

  private FeatureDistribution side(Path source, Path features, FolderFeatures network)
      throws IOException {
    if (!Files.isDirectory(source)) {
      return FeatureDistribution.read(source);
    }
    Path file = features.resolve(name(source, network));
    try (StepDisplay display =
        progressOptions.startSteps(session, "Extracting " + source, "images")) {
      return FeatureDistribution.of(
          source.toString(),
          network
              .extraction()
              .extract(
                  network.list(source),
                  file,
                  new ExtractionProgress(display),
                  session.cancellation()));
    } catch (IOException e) {
      throw Failures.at(file, e);
    }
  }

  /** Folders of the same name elsewhere, and other protocols, have files of their own. */
  private static String name(Path folder, FolderFeatures network) {
    Path absolute = folder.toAbsolutePath().normalize();
    String place = absolute + "\n" + network.origin();
    String hash = Hashing.sha256().hashString(place, StandardCharsets.UTF_8).toString();
    return absolute.getFileName() + "-" + hash.substring(0, SHORT_HASH) + ".features.safetensors";
  }

  private FidReport report(FeatureDistribution first, FeatureDistribution second)
      throws IOException {
    FeatureComparison comparison = FeatureComparison.of(first, second);
    FrechetInceptionDistance distance = comparison.frechet();
    Map<String, Double> complements = new LinkedHashMap<>();
    if (infinity) {
      InfinityExtrapolation how = InfinityExtrapolation.withDefaults().withLeastCount(infinityFrom);
      complements.put("infinity", comparison.infinity(how).value());
    }
    if (kid) {
      putKernel(comparison, first, second, complements);
    }
    if (precisionRecall) {
      PrecisionRecall found = comparison.precisionRecall();
      complements.put("precision", found.precision());
      complements.put("recall", found.recall());
    }
    if (cmmd) {
      requireClip(first);
      requireClip(second);
      complements.put("clipDiscrepancy", comparison.clipDiscrepancy());
    }
    return new FidReport(first, second, distance, complements);
  }

  private static void requireClip(FeatureDistribution side) {
    String network = side.origin().map(origin -> origin.network().name()).orElse("unknown");
    if (!network.equals(ClipFeatureNetwork.NAME)) {
      throw new IllegalArgumentException(
          "--cmmd needs embeddings of CLIP on both sides, but those of "
              + side.name()
              + " are of the network "
              + network);
    }
  }

  private static void putKernel(
      FeatureComparison comparison,
      FeatureDistribution first,
      FeatureDistribution second,
      Map<String, Double> complements)
      throws IOException {
    long least = Math.min(first.moments().count().orElse(0), second.moments().count().orElse(0));
    if (least < SUBSET) {
      complements.put("kernelDistanceOfAll", comparison.kernelOfAll());
      return;
    }
    KernelInceptionDistance.Result found =
        comparison.kernel(KernelInceptionDistance.withDefaults());
    complements.put("kernelDistance", found.mean());
    complements.put("kernelDistanceDeviation", found.deviation());
  }
}
