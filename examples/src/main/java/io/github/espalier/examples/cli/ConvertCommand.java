package io.github.espalier.examples.cli;

import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.ConversionOptions;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.checkpoint.Sd2Converter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier convert}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a checkpoint in the other layout, or a sparse one as a dense one. No weight changes.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier convert sd2-pruned --to single-file --out sd2-pruned.safetensors",
      "  espalier convert sd2.safetensors --to diffusers --config-from stable-diffusion-2 \\",
      "      --out sd2",
    })
@SuppressWarnings("NullAway.Init")
final class ConvertCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "SRC",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DST",
      required = true,
      description = "Folder or file to create.")
  Path out;

  @Option(
      names = "--to",
      paramLabel = "LAYOUT",
      required = true,
      converter = LayoutConverter.class,
      description = "diffusers or single-file.")
  CheckpointLayout layout;

  @Option(
      names = "--prediction-type",
      paramLabel = "TYPE",
      description =
          "What the U-Net of a single file predicts: v_prediction (SD 2 and 2.1 at 768 pixels) or"
              + " epsilon (the base models at 512).")
  Optional<String> predictionType = Optional.empty();

  @Option(
      names = "--config-from",
      paramLabel = "FOLDER",
      description =
          "A diffusers folder whose configuration, scheduler and tokenizer the new folder gets.")
  Optional<Path> configFolder = Optional.empty();

  @Mixin VariantOption variant;

  @Mixin OverwriteOption overwrite;

  @Mixin ProgressOptions progressOptions;

  ConvertCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    ConversionOptions options = options();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      requirePredictionType(checkpoint);
      long bytes =
          checkpoint.layers().stream()
              .mapToLong(layer -> checkpoint.weights(layer).byteSize())
              .sum();
      List<String> notes;
      try (ProgressDisplay progress =
          progressOptions.start(session, "Converting").expecting(bytes)) {
        notes = Sd2Converter.convert(checkpoint, layout, out, options, progress);
      } catch (IOException e) {
        throw Failures.at(out, e);
      } catch (IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        throw new IllegalArgumentException(
            message.replace(
                "the layout " + layout + " ", "the layout " + Spelling.of(layout) + " "),
            e);
      }
      if (!progressOptions.quiet) {
        PrintWriter writer = spec.commandLine().getOut();
        notes.forEach(note -> writer.println("Note: " + note));
        writer.println("Wrote " + out + ".");
      }
      return ExitStatus.OK;
    }
  }

  private ConversionOptions options() {
    if (configFolder.isPresent() && !Files.isDirectory(configFolder.get())) {
      throw new IllegalArgumentException(
          "--config-from " + configFolder.get() + ": there is no such folder");
    }
    try {
      return new ConversionOptions(predictionType, configFolder, overwrite.wanted);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--prediction-type: " + e.getMessage(), e);
    }
  }

  private void requirePredictionType(Sd2Checkpoint checkpoint) {
    if (checkpoint.layout() == CheckpointLayout.SINGLE_FILE
        && layout == CheckpointLayout.DIFFUSERS
        && predictionType.isEmpty()
        && configFolder.isEmpty()) {
      throw new IllegalArgumentException(
          "a single file does not say what its U-Net predicts: give --prediction-type v_prediction"
              + " (SD 2 and 2.1 at 768 pixels) or epsilon (the base models at 512), or a folder"
              + " with --config-from");
    }
  }
}
