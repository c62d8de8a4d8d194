package io.github.espalier.examples.cli;

import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a checkpoint holds: components, kinds of layers, types, parameters, zeros.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class InspectCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "SRC",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Option(names = "--layers", description = "List every layer.")
  boolean layers;

  @Mixin JsonOption json;

  @Mixin VariantOption variant;

  @Mixin ThreadsOption threads;

  InspectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      Inspection inspection = Inspection.of(checkpoint, threads.count, session.cancellation());
      PrintWriter out = spec.commandLine().getOut();
      if (json.wanted) {
        out.println(InspectionJson.write(checkpoint, inspection));
      } else {
        out.println(InspectionText.write(checkpoint, inspection, layers));
      }
      return ExitStatus.OK;
    }
  }
}
