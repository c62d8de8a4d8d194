package io.github.espalier.examples.cli;

import io.github.espalier.sd2.safetensors.TensorSpec;
import io.github.espalier.sd2.torch.TorchConversion;
import io.github.espalier.sd2.torch.TorchConverter;
import io.github.espalier.sd2.torch.TorchFile;
import io.github.espalier.sd2.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

/** {@code espalier convert-weights}. */
@Command(
    name = "convert-weights",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the tensors of a PyTorch file as safetensors, without Python. Nothing of the file is"
          + " executed: one that names anything but what tensors need is refused. The new file"
          + " appears whole or not at all; the same command goes on with a run that was stopped.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier convert-weights pt_inception.pth inception.safetensors",
      "  espalier convert-weights model.ckpt model.safetensors --key state_dict",
      "  espalier convert-weights model.ckpt --list",
    })
@SuppressWarnings("NullAway.Init")
final class ConvertWeightsCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "A file of torch.save or torch.jit.save (usually .pth, .pt, .bin or .ckpt).")
  Path source;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT",
      description = "The safetensors file to create; not needed with --list.")
  Optional<Path> target = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "K",
      description =
          "Take only the tensors of this dictionary at the file's top, such as state_dict. By"
              + " default all are taken, and their names begin with such keys.")
  Optional<String> key = Optional.empty();

  @Option(names = "--list", description = "Show the tensors, and write nothing.")
  boolean list;

  @Mixin JsonOption json;

  @Mixin OverwriteOption overwrite;

  @Mixin ProgressOptions progressOptions;

  ConvertWeightsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (list) {
      try (TorchFile file = open()) {
        println(json.wanted ? ConvertWeightsText.json(file) : ConvertWeightsText.listing(file));
      }
      return ExitStatus.OK;
    }
    Path out =
        target.orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "Missing required parameter: OUT, unless with --list"));
    TorchConversion conversion;
    try {
      conversion = convert(out);
    } catch (CancellationException e) {
      return ExitStatus.cancelledToGoOn(spec.commandLine());
    }
    if (progressOptions.tells(json)) {
      println(
          json.wanted
              ? ConvertWeightsText.json(source, out, conversion)
              : ConvertWeightsText.summary(out, conversion, key));
    }
    return ExitStatus.OK;
  }

  private TorchConversion convert(Path out) throws IOException {
    List<TensorSpec> tensors;
    try (TorchFile file = open()) {
      tensors = file.tensors();
    }
    long bytes = tensors.stream().mapToLong(TensorSpec::byteSize).sum();
    TorchOptions options = new TorchOptions(key, overwrite.wanted);
    try (ProgressDisplay progress = progressOptions.start(session, "Converting").expecting(bytes)) {
      return TorchConverter.convert(source, out, options, progress);
    } catch (IOException e) {
      throw Failures.at(out, e);
    }
  }

  private TorchFile open() throws IOException {
    return key.isPresent() ? TorchFile.open(source, key.get()) : TorchFile.open(source);
  }

  private void println(String text) {
    spec.commandLine().getOut().println(text);
  }
}
