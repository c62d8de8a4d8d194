package io.github.espalier.examples.cli;

import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {ExitStatus.OK_TEXT, ExitStatus.FAILED_TEXT, ExitStatus.USAGE_TEXT})
@SuppressWarnings("NullAway.Init")
final class InspectCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "SRC",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Option(names = "--layers", description = "List every layer.")
  boolean layers;

  @Option(names = "--json", description = "Print all of it as JSON, layers included.")
  boolean json;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Which variant of a folder's files to read, such as fp16.")
  String variant;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = ThreadsConverter.class,
      description = "Number of threads (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  InspectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant)) {
      Inspection inspection = Inspection.of(checkpoint, threads, session.cancellation());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(InspectionJson.write(checkpoint, inspection));
      } else {
        out.println(InspectionText.write(checkpoint, inspection, layers));
      }
      return ExitStatus.OK;
    }
  }
}
