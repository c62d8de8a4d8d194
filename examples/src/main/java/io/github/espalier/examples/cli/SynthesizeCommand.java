package io.github.espalier.examples.cli;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Synthesizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier synthesize}. */
@Command(
    name = "synthesize",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a full-size checkpoint with the names, shapes and file layout of a published one, and"
          + " Gaussian weights: for benchmarks, and for trying things without a download.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier synthesize sd2 --dtype f16",
      "  espalier synthesize sd2.safetensors --layout single-file",
    })
@SuppressWarnings("NullAway.Init")
final class SynthesizeCommand implements Callable<Integer> {
  /** A size of published models. */
  enum Model {
    SD2,
    SD2_INPAINTING,
    SD15;

    ModelConfig config() {
      return switch (this) {
        case SD2 -> ModelConfig.sd2();
        case SD2_INPAINTING -> ModelConfig.sd2Inpainting();
        case SD15 -> ModelConfig.sd15();
      };
    }
  }

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "DIR", description = "Folder to create, or file with single-file.")
  Path target;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      defaultValue = "diffusers",
      converter = LayoutConverter.class,
      description = "diffusers or single-file (default: ${DEFAULT-VALUE}).")
  CheckpointLayout layout;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "f16",
      description = "Type of the weights: f16 or f32 (default: ${DEFAULT-VALUE}).")
  DType dtype;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The same seed gives the same bytes (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "sd2",
      converter = ModelConverter.class,
      description = "Sizes: sd2, sd2-inpainting or sd15 (default: ${DEFAULT-VALUE}).")
  Model model;

  @Mixin OverwriteOption overwrite;

  @Mixin ProgressOptions progressOptions;

  SynthesizeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Sd2Synthesizer synthesizer = new Sd2Synthesizer(model.config(), dtype, seed);
    long bytes = synthesizer.dataBytes(layout);
    requireSpace(bytes);
    try (ProgressDisplay progress =
        progressOptions.start(session, "Synthesizing").expecting(bytes)) {
      synthesizer.write(target, layout, overwrite.wanted, progress);
    } catch (IOException e) {
      throw Failures.at(target, e);
    }
    if (!progressOptions.quiet) {
      spec.commandLine()
          .getOut()
          .println("Wrote " + target + ": " + Figures.bytes(bytes) + " of Gaussian weights.");
    }
    return ExitStatus.OK;
  }

  private void requireSpace(long bytes) throws IOException {
    Path place = target.toAbsolutePath();
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    long usable = Files.getFileStore(place).getUsableSpace();
    if (usable < bytes) {
      throw new IOException(
          target
              + " needs "
              + Figures.bytes(bytes)
              + ", but only "
              + Figures.bytes(usable)
              + " are free on its device");
    }
  }
}
