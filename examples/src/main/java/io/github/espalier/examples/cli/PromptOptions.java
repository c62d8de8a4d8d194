package io.github.espalier.examples.cli;

import io.github.espalier.examples.generate.ImageFolder;
import io.github.espalier.examples.generate.Prompt;
import io.github.espalier.examples.generate.PromptFile;
import io.github.espalier.sd2.pipeline.ImageRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say which images to make. */
@SuppressWarnings("NullAway.Init")
final class PromptOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What an image should show; may be empty, and may be repeated.")
  List<String> prompts = new ArrayList<>();

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "A UTF-8 file with a prompt a line instead; blank lines are skipped. In a .jsonl file each"
              + " line is a JSON object with \"prompt\" and, if wanted, \"negative\" and \"seed\".")
  Optional<Path> file = Optional.empty();

  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What no image should show, unless a line of --prompts says it itself.")
  String negative;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      converter = SeedConverter.class,
      description =
          "Image k, counted from 0, has the seed S + k. A line of --prompts with a seed of its own"
              + " counts its images from that (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--images-per-prompt",
      paramLabel = "N",
      defaultValue = "1",
      converter = CountConverter.class,
      description = "How many images of each prompt (default: ${DEFAULT-VALUE}).")
  int imagesPerPrompt;

  List<ImageRequest> requests() throws IOException {
    if (file.isPresent() == !prompts.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          file.isPresent()
              ? "--prompt and --prompts exclude each other"
              : "images of what? give --prompt or --prompts");
    }
    List<Prompt> texts =
        file.isPresent() ? PromptFile.read(file.get()) : prompts.stream().map(Prompt::of).toList();
    if ((long) texts.size() * imagesPerPrompt > ImageFolder.MOST_IMAGES) {
      throw new ParameterException(
          spec.commandLine(),
          Figures.count((long) texts.size() * imagesPerPrompt)
              + " images are more than a folder holds, "
              + Figures.count(ImageFolder.MOST_IMAGES));
    }
    try {
      return Prompt.requests(texts, negative, seed, imagesPerPrompt);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
