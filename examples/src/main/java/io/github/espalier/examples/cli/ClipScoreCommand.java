package io.github.espalier.examples.cli;

import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clipscore.Bootstrap;
import io.github.espalier.metrics.clipscore.ClipScorer;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.clipscore.ClipScoring;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier clipscore}. */
@Command(
    name = "clipscore",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Scores how well images fit their captions, by CLIP.",
      "",
      "One pass gives the cosine, 2.5 max(cosine, 0) without and with a prefix, and 100 times the"
          + " cosine, each with a confidence interval.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier clipscore images --clip clip-vit-base-patch32 --out images.scores.jsonl",
      "  espalier clipscore images --captions captions.json --clip clip-vit-base-patch32 --json",
    })
@SuppressWarnings("NullAway.Init")
final class ClipScoreCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "DIR", description = "A folder of PNG and JPEG images.")
  Path source;

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description =
          "Captions: COCO's .json (the first of each image), a .json object of captions by the"
              + " names of images, or prompts (.jsonl) or text with one a line in the order of the"
              + " images' names"
              + " (default: the prompts in the manifest of 'espalier generate').")
  Optional<Path> captions = Optional.empty();

  @Mixin ClipModelOption clip;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description =
          "Write the score of each pair here (.jsonl), and go on with a run that was stopped"
              + " (default: they are not kept).")
  Optional<Path> out = Optional.empty();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = ClipScorer.PREFIX,
      description =
          "Set before captions for the score with a prefix (default: '${DEFAULT-VALUE}').")
  String prefix;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Score the first N pairs only.")
  int limit = Integer.MAX_VALUE;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      defaultValue = "1000",
      converter = CountConverter.class,
      description = "Samples for the 95%% confidence intervals (default: ${DEFAULT-VALUE}).")
  int resamples;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of these samples, from 0 to 4294967295 (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin SkipUnreadableOption skipUnreadable;

  @Option(
      names = "--skip-unmatched",
      description =
          "Pass over images without captions and captions without images; the default is an"
              + " error.")
  boolean skipUnmatched;

  @Mixin ThreadsOption threads;

  @Mixin OverwriteOption overwrite;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  ClipScoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    clip.required();
    Bootstrap bootstrap = Bootstrap.withDefaults().withResamples(resamples).withSeed(seed);
    if (out.isPresent() && Files.exists(out.get()) && !overwrite.wanted) {
      throw new FileAlreadyExistsException(out.get().toString());
    }
    CaptionedFolder folder = CaptionedFolder.of(source, captions);
    folder = (skipUnmatched ? folder : folder.requireMatched()).limitedTo(limit);
    if (folder.pairs().isEmpty()) {
      throw new IllegalArgumentException("no image of " + source + " has a caption");
    }
    try {
      ClipScores scores = score(folder);
      if (progressOptions.tells(json)) {
        ClipScoreReport report = new ClipScoreReport(scores, folder, bootstrap);
        spec.commandLine().getOut().println(json.wanted ? report.json() : report.text());
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      spec.commandLine()
          .getErr()
          .println(
              "espalier: cancelled"
                  + (out.isPresent() ? "; the same command goes on with what was saved" : ""));
      return ExitStatus.CANCELLED;
    }
  }

  private ClipScores score(CaptionedFolder folder) throws IOException {
    try (Compute compute =
            Compute.withThreads(threads.count).withCheck(session.cancellation()::check);
        ClipModel model = ClipModel.open(clip.required());
        StepDisplay display = progressOptions.startSteps(session, "Scoring", "images")) {
      ClipScoring scoring = ClipScoring.of(ClipScorer.of(model, compute).withPrefix(prefix));
      return run(skipUnreadable.wanted ? scoring.skippingUnreadable() : scoring, folder, display);
    }
  }

  private ClipScores run(ClipScoring scoring, CaptionedFolder folder, StepDisplay display)
      throws IOException {
    ExtractionProgress progress = new ExtractionProgress(display);
    if (out.isEmpty()) {
      return scoring.run(folder.pairs(), progress, session.cancellation());
    }
    try {
      return scoring.run(
          folder.pairs(), out.get(), overwrite.wanted, progress, session.cancellation());
    } catch (IOException e) {
      throw Failures.at(out.get(), e);
    }
  }
}
