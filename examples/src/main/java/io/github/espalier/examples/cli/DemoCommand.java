package io.github.espalier.examples.cli;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.demo.DemoCheckpoint;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Prunes a small checkpoint that ships with Espalier, and shows the report.",
      "",
      "The checkpoint has the layers of Stable Diffusion 2, only few and narrow, with random"
          + " weights. A folder that an earlier demo made is replaced.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class DemoCommand implements Callable<Integer> {
  /** The configuration that the paper recommends. */
  private static final Sparsity TEXT = Sparsity.parse("47.5%");

  private static final Sparsity UNET = Sparsity.parse("35%");
  private static final String REPORT = "report.json";

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "espalier-demo",
      description = "Folder to create (default: ${DEFAULT-VALUE}).")
  Path out;

  DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    requireOwn(out);
    try {
      return run();
    } catch (IOException e) {
      throw Failures.at(out, e);
    }
  }

  private int run() throws IOException {
    Path original = out.resolve("small-sd2");
    Path pruned = out.resolve("small-sd2-pruned");
    DemoCheckpoint.unpack(original, true);
    PruningReport report = prune(original, pruned);
    StagedOutput.write(out.resolve(REPORT), report.toJson().getBytes(StandardCharsets.UTF_8));
    PrintWriter writer = spec.commandLine().getOut();
    writer.printf("Pruned a small Stable Diffusion 2 checkpoint by magnitude:%n%n");
    writer.println(report.summary());
    writer.println();
    writer.println("Original checkpoint: " + original);
    writer.println("Pruned checkpoint:   " + pruned);
    writer.println("Report, with every layer: " + out.resolve(REPORT));
    writer.println();
    writer.printf(
        "To make an image with it: espalier generate %s --prompt cat --out %s%n",
        pruned, out.resolve("pruned-images"));
    return ExitStatus.OK;
  }

  private PruningReport prune(Path original, Path pruned) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(original)) {
      PruningPlan plan =
          PruningPlan.builder()
              .prune(Sd2Checkpoint.TEXT_ENCODER, Magnitude.withDefaults(), TEXT)
              .prune(Sd2Checkpoint.UNET, Magnitude.withDefaults(), UNET)
              .build();
      return Pruner.create()
          .withCancellation(session.cancellation())
          .withOptions(RewriteOptions.withDefaults().withOverwrite(true))
          .prune(checkpoint, plan, pruned);
    }
  }

  /** A folder that is not a demo's is not touched. */
  private static void requireOwn(Path folder) throws IOException {
    if (!Files.exists(folder) || Files.exists(folder.resolve(REPORT))) {
      return;
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isEmpty()) {
          return;
        }
      }
    }
    throw new FileSystemException(
        folder.toString(), null, "exists and was not made by a demo; choose another --out");
  }
}
