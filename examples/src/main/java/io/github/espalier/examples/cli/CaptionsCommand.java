package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.metrics.coco.CaptionedImage;
import io.github.espalier.metrics.coco.CaptionedImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier captions}. */
@Command(
    name = "captions",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Chooses images of COCO at random, and writes the first caption of each.",
      "",
      "By default these are the paper's 10,000: of captions_train2017.json, those that NumPy chooses"
          + " with seed 0, in its order.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier captions captions_train2017.json --out captions.jsonl --images photographs.txt",
      "  espalier generate sd2 --prompts captions.jsonl --out images",
      "  espalier fid train2017 images --real-list photographs.txt --inception"
          + " inception.safetensors",
    })
@SuppressWarnings("NullAway.Init")
final class CaptionsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "COCO",
      description = "COCO's captions, such as captions_train2017.json.")
  Path source;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description =
          "Write the captions here: a prompt a line for 'espalier generate' (.jsonl), an object by"
              + " the names of COCO's images for 'espalier clipscore' (.json), or else text with"
              + " one a line, in which line breaks within captions become blanks.")
  Path out;

  @Option(
      names = "--images",
      paramLabel = "FILE",
      description =
          "Write the names of the chosen images here, one a line in the same order, for"
              + " 'espalier fid --real-list'.")
  Optional<Path> images = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10000",
      converter = CountConverter.class,
      description = "How many images to choose (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "NumPy's, from 0 to 4294967295 (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin OverwriteOption overwrite;

  @Mixin JsonOption json;

  @Override
  public Integer call() throws IOException {
    SideOutput captions = new SideOutput("--out", out);
    captions.requireCreatable(overwrite.wanted);
    captions.requireApart(source, "the file of captions");
    if (images.isPresent()) {
      SideOutput names = new SideOutput("--images", images.get());
      names.requireCreatable(overwrite.wanted);
      names.requireApart(source, "the file of captions");
      names.requireApart(out, "the file of --out");
    }
    CaptionedImages all = CaptionedImages.readFirstCaptions(source);
    List<CaptionedImage> chosen = all.choose(limit, seed).images();
    write(out, CaptionText.of(out, chosen));
    if (images.isPresent()) {
      write(images.get(), CaptionText.fileNames(chosen));
    }
    tell(all.images().size());
    return ExitStatus.OK;
  }

  private static void write(Path file, String text) throws IOException {
    StagedOutput.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private void tell(int all) {
    if (json.wanted) {
      ObjectNode result = Json.object();
      result.put("captions", out.toString());
      images.ifPresent(file -> result.put("images", file.toString()));
      result.put("chosen", limit).put("of", all).put("seed", seed);
      spec.commandLine().getOut().println(Json.text(result));
      return;
    }
    spec.commandLine()
        .getOut()
        .println(
            "Wrote "
                + out
                + images.map(file -> " and " + file).orElse("")
                + ": "
                + Figures.count(limit)
                + " of "
                + Figures.count(all)
                + " images, seed "
                + seed
                + ".");
  }
}
