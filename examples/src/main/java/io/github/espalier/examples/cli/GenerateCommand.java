package io.github.espalier.examples.cli;

import io.github.espalier.examples.generate.ContactSheet;
import io.github.espalier.examples.generate.ImageFolder;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier generate}. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes images of prompts, seed for seed as diffusers does on a CPU.",
      "",
      "Images are PNG files, 00000.png and so on, with prompt, seed and settings in their texts;"
          + " manifest.jsonl beside them has a line for each finished image. The same command goes"
          + " on with a run that was stopped: finished images are skipped.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier generate stable-diffusion-2 --prompt 'a photo of a cat' --out cat",
      "  espalier generate sd2-pruned --prompts captions.txt --out images --seed 42 --grid",
      "  espalier generate sd2.safetensors --prediction v-prediction --size 768 --prompt tree --out"
          + " tree",
    })
@SuppressWarnings("NullAway.Init")
final class GenerateCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Mixin PromptOptions promptOptions;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      required = true,
      description = "Folder for the images; created, or gone on with.")
  Path out;

  @Mixin SamplingOptions samplingOptions;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "1",
      converter = CountConverter.class,
      description =
          "How many images are made at the same time, at most one for each thread, each on its share"
              + " of the threads and with memory of its own; of no effect on the images (default:"
              + " ${DEFAULT-VALUE}).")
  int batch;

  @Mixin ThreadsOption threads;

  @Mixin VariantOption variant;

  @Option(
      names = "--grid",
      description =
          "Write " + ContactSheet.NAME + " too, with all images in the order of their names.")
  boolean grid;

  @Option(
      names = "--overwrite",
      description = "Start anew: delete the images that the folder's manifest lists.")
  boolean overwrite;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  GenerateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    List<ImageRequest> requests = promptOptions.requests();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      RunSettings settings = samplingOptions.resolve(checkpoint, session.cancellation());
      try {
        return generate(checkpoint, settings, requests);
      } catch (IOException e) {
        throw Failures.at(out, e);
      }
    }
  }

  private int generate(Sd2Checkpoint checkpoint, RunSettings settings, List<ImageRequest> requests)
      throws IOException {
    try (ImageFolder folder = ImageFolder.open(out, settings, requests, overwrite)) {
      List<Integer> missing = missing(folder, requests.size());
      int there = requests.size() - missing.size();
      if (there > 0) {
        tell(there + " of " + requests.size() + " images are finished already and are skipped");
      }
      GenerationRun run = new GenerationRun(folder, requests, missing);
      try {
        if (!missing.isEmpty()) {
          make(checkpoint, run, settings);
        }
        if (grid) {
          writeGrid(folder, settings, requests.size());
        }
      } catch (CancellationException e) {
        return cancelled(there + run.finished(), requests.size());
      }
      if (progressOptions.tells(json)) {
        GenerationSummary summary = new GenerationSummary(out, settings, run, there, grid);
        spec.commandLine().getOut().println(json.wanted ? summary.json() : summary.text());
      }
      return ExitStatus.OK;
    }
  }

  private static List<Integer> missing(ImageFolder folder, int count) {
    return IntStream.range(0, count)
        .filter(index -> !folder.finished().contains(index))
        .boxed()
        .toList();
  }

  private void make(Sd2Checkpoint checkpoint, GenerationRun run, RunSettings settings)
      throws IOException {
    run.cutOff(settings.tokenizer()).forEach(this::tell);
    try (TextToImage pipeline = load(checkpoint, settings);
        StepDisplay display =
            progressOptions
                .startSteps(session, "Generating", "steps")
                .expecting((long) run.size() * run.callsPerImage(settings))) {
      run.start(pipeline, settings.generation(), batch, display, session.cancellation());
    }
  }

  /**
   * Reads the networks of the files that were hashed: should one have changed since it was opened,
   * this fails. The checkpoint is closed then, since its mapped files count as memory.
   */
  private TextToImage load(Sd2Checkpoint checkpoint, RunSettings settings) throws IOException {
    try (checkpoint) {
      return TextToImage.load(checkpoint, settings.tokenizer(), settings.scheduler())
          .withThreads(threads.count);
    }
  }

  private void writeGrid(ImageFolder folder, RunSettings settings, int count) throws IOException {
    session.cancellation().check();
    ContactSheet.write(
        out.resolve(ContactSheet.NAME),
        IntStream.range(0, count).mapToObj(folder::file).toList(),
        settings.generation().width().orElseThrow(),
        settings.generation().height().orElseThrow());
  }

  private int cancelled(int finished, int count) {
    spec.commandLine()
        .getErr()
        .println(
            "espalier: cancelled; "
                + (finished == 0
                    ? "no image was finished"
                    : finished
                        + " of "
                        + count
                        + " images are in "
                        + out
                        + ", and the same command makes the others"));
    return ExitStatus.CANCELLED;
  }

  private void tell(String line) {
    if (!progressOptions.quiet) {
      spec.commandLine().getErr().println("espalier: " + line);
    }
  }
}
