package io.github.espalier.examples.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option of commands that use a CLIP model. */
@SuppressWarnings("NullAway.Init")
final class ClipModelOption {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--clip",
      paramLabel = "MODEL",
      description =
          "A CLIP model: the folder, or the file, of transformers', OpenAI's or OpenCLIP's"
              + " safetensors.")
  Optional<Path> model = Optional.empty();

  /** The model of a command that cannot do without one. */
  Path required() {
    return model.orElseThrow(
        () ->
            new ParameterException(spec.commandLine(), "Missing required option: '--clip=MODEL'"));
  }
}
