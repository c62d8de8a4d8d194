package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.folder.ImageFolder;
import java.io.IOException;
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

/** {@code espalier features}. */
@Command(
    name = "features",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes features of a folder of images, for 'espalier fid'.",
      "",
      "A run that was stopped goes on with the same command.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier features images --inception inception.safetensors --protocol paper --out"
          + " images.features.safetensors",
    })
@SuppressWarnings("NullAway.Init")
final class FeaturesCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "DIR", description = "A folder of PNG and JPEG images.")
  Path source;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "File to write the features to (.safetensors).")
  Path out;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "Take only the images whose names are in this text, one a line.")
  Optional<Path> list = Optional.empty();

  @Mixin ExtractionOptions options;

  @Mixin ThreadsOption threads;

  @Mixin OverwriteOption overwrite;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  FeaturesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    try (FolderFeatures network =
        FolderFeatures.open(options, threads.count, session.cancellation())) {
      ImageFolder folder = network.list(source, list);
      FeatureExtraction extraction = network.extraction();
      ExtractionProgress progress;
      try (StepDisplay display = progressOptions.startSteps(session, "Extracting", "images")) {
        progress = new ExtractionProgress(display);
        extraction.run(folder, out, overwrite.wanted, progress, session.cancellation());
      }
      if (progressOptions.tells(json)) {
        tell(extraction.origin(), folder.size(), progress.skipped());
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      return ExitStatus.cancelledToGoOn(spec.commandLine());
    } catch (IOException e) {
      throw Failures.at(out, e);
    }
  }

  private void tell(FeatureOrigin origin, int images, int skipped) {
    if (json.wanted) {
      ObjectNode result = Json.object();
      result.put("file", out.toString());
      result.put("images", images - skipped);
      result.put("skipped", skipped);
      FidReport.putOrigin(result, origin);
      spec.commandLine().getOut().println(Json.text(result));
      return;
    }
    spec.commandLine()
        .getOut()
        .println(
            "Features of "
                + Figures.count(images - skipped)
                + " images ("
                + origin
                + ") are in "
                + out
                + (skipped > 0 ? "; " + skipped + " could not be read." : "."));
  }
}
